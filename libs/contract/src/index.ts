export * from './digests.js';
export * from './files.js';
export * from './form-fields.js';
export * from './ids.js';
export * from './limits.js';
export * from './names.js';
export * from './problems.js';
export * from './uploads.js';
