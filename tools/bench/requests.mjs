/**
 * What is sent to each server: the head of a request up to the first byte of the file, what follows the last, and which
 * answers are right. The placeholders are those of native/load.c.
 */

/**
 * @typedef {object} RequestShape
 * @property {string} head
 * @property {string} [tail]
 * @property {string} accept statuses
 */

const BOUNDARY = '----WebKitFormBoundary7MA4YWxkTrZu0gW2';

/**
 * @param {string} line
 * @param {readonly string[]} headers
 */
const head = (line, headers) => [`${line} HTTP/1.1`, ...headers, '', ''].join('\r\n');

/** @param {number} port */
const host = (port) => `Host: localhost:${port}`;

/**
 * @param {number} port
 * @param {Readonly<Record<string, string>>} fields
 * @param {string} fileName
 * @returns {RequestShape}
 */
function form(port, fields, fileName) {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file = `Content-Disposition: form-data; name="file"; filename="${fileName}"`;
  const type = 'Content-Type: application/octet-stream';
  return {
    head:
      head('POST /upload', [
        host(port),
        `Content-Type: multipart/form-data; boundary=${BOUNDARY}`,
        'Content-Length: {whole}',
      ]) + `${parts.join('')}--${BOUNDARY}\r\n${file}\r\n${type}\r\n\r\n`,
    tail: `\r\n--${BOUNDARY}--\r\n`,
    accept: '200,201,202',
  };
}

/**
 * A chunk as Dropzone sends it; the unit is its `dzuuid`, and the file is named after it.
 * @param {number} port
 * @param {number} chunk bytes of a chunk
 */
export const dropzoneChunk = (port, chunk) =>
  form(
    port,
    {
      ...{ dzuuid: '{unit}', dzchunkindex: '{index}', dztotalfilesize: '{total}', dzchunksize: String(chunk) },
      ...{ dztotalchunkcount: '{count}', dzchunkbyteoffset: '{offset}' },
    },
    '{unit}.bin',
  );

/**
 * A whole file in a plain form.
 * @param {number} port
 */
export const plainForm = (port) => form(port, {}, '{unit}-{index}.bin');

/**
 * One of our chunks as it is; the unit is the id of the upload.
 * @param {number} port
 * @returns {RequestShape}
 */
export const rawChunk = (port) => ({
  head: head('PUT /api/uploads/{unit}/chunks/{index}', [
    ...[host(port), 'Content-Type: application/octet-stream', 'Content-Length: {whole}'],
  ]),
  accept: '200,201,202',
});

/**
 * The next bytes of an upload of tus; the unit is the path of the upload.
 * @param {number} port
 * @returns {RequestShape}
 */
export const tusAppend = (port) => ({
  head: head('PATCH {unit}', [
    ...[host(port), 'Tus-Resumable: 1.0.0', 'Content-Type: application/offset+octet-stream'],
    ...['Upload-Offset: {offset}', 'Content-Length: {whole}'],
  ]),
  accept: '204',
});

/**
 * A whole file with the request that makes the upload.
 * @param {number} port
 * @returns {RequestShape}
 */
export const tusWhole = (port) => ({
  head: head('POST /files/', [
    ...[host(port), 'Tus-Resumable: 1.0.0', 'Content-Type: application/offset+octet-stream'],
    ...['Upload-Length: {length}', 'Content-Length: {whole}'],
  ]),
  accept: '201',
});

/**
 * A whole file by WebDAV.
 * @param {number} port
 * @returns {RequestShape}
 */
export const davPut = (port) => ({
  head: head('PUT /{unit}-{index}', [host(port), 'Content-Length: {whole}']),
  accept: '201,204',
});

/**
 * A download; the unit is the path.
 * @param {number} port
 * @returns {RequestShape}
 */
export const download = (port) => ({ head: head('GET {unit}', [host(port)]), accept: '200' });
