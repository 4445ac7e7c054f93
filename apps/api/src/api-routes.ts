import {
  accountSchema,
  addMemberSchema,
  apiTokenListSchema,
  apiTokenSchema,
  byteRangeSchema,
  changeEntrySchema,
  changeLinkSchema,
  changeMemberSchema,
  changePasswordSchema,
  changePersonSchema,
  changeSpaceSchema,
  completeUploadSchema,
  createApiTokenSchema,
  createFolderSchema,
  createLinkSchema,
  createSpaceSchema,
  createUploadSchema,
  entryListSchema,
  entrySchema,
  fileListSchema,
  fileSchema,
  folderSchema,
  folderWithAncestorsSchema,
  invitedSchema,
  heldLinkSchema,
  inviteSchema,
  limitsSchema,
  linkAccessListSchema,
  linkFactsSchema,
  linkListSchema,
  linkSchema,
  lookAtLinkSchema,
  memberListSchema,
  memberSchema,
  newApiTokenSchema,
  passwordLinkSchema,
  personListSchema,
  personSchema,
  problemSchema,
  purgedSchema,
  purgeUploadsSchema,
  restoreEntrySchema,
  sessionListSchema,
  sessionSchema,
  sendUploadSchema,
  sentResultSchema,
  sentStatusSchema,
  setUpSchema,
  setUploadPasswordSchema,
  sharedEntryListSchema,
  sharedEntrySchema,
  signInSchema,
  spaceListSchema,
  spaceSchema,
  trashedSchema,
  unlockLinkSchema,
  uploadListSchema,
  uploadPasswordSchema,
  uploadResultSchema,
  uploadSchema,
  uploadStatusSchema,
  uploadSummarySchema,
  useLinkSchema,
  whoAsksSchema,
} from '@stowage/contract';
import { ENTRIES_ROUTES } from './entries/entries.routes.js';
import { FILES_ROUTES } from './entries/files.routes.js';
import { OPERATIONS_ROUTES } from './entries/operations.routes.js';
import { ZIP_ROUTES } from './entries/zip.routes.js';
import { PEOPLE_ROUTES } from './identity/people.routes.js';
import { SESSION_ROUTES } from './identity/session.routes.js';
import { TOKENS_ROUTES } from './identity/tokens.routes.js';
import { JsonSchemas } from './platform/openapi/json-schemas.js';
import { openApiDocument, type OpenApiDocument } from './platform/openapi/openapi-document.js';
import { OPENAPI_ROUTES } from './platform/openapi/openapi.routes.js';
import type { RouteDoc } from './platform/openapi/route-doc.js';
import { HEALTH_ROUTES } from './platform/telemetry/health.routes.js';
import { HELD_LINKS_ROUTES } from './sharing/held-links.routes.js';
import { SHARE_LINKS_ROUTES } from './sharing/share-links.routes.js';
import { UPLOAD_PASSWORD_ROUTES } from './sharing/upload-password.routes.js';
import { SPACES_ROUTES } from './spaces/spaces.routes.js';
import { DROPZONE_ROUTES } from './upload/protocols/dropzone/dropzone.routes.js';
import { REST_ROUTES } from './upload/protocols/rest/rest.routes.js';
import { UPLOAD_PURGE_ROUTES } from './upload/upload-purge.routes.js';
import { REQUESTS_ROUTES } from './upload/requests/requests.routes.js';
import { UPLOAD_ROUTES } from './upload/upload.routes.js';

/** Every route that the server has, with what it takes and answers. */
export const API_ROUTES: readonly RouteDoc[] = [
  ...REST_ROUTES,
  ...UPLOAD_ROUTES,
  ...UPLOAD_PURGE_ROUTES,
  ...DROPZONE_ROUTES,
  ...FILES_ROUTES,
  ...ENTRIES_ROUTES,
  ...OPERATIONS_ROUTES,
  ...ZIP_ROUTES,
  ...SPACES_ROUTES,
  ...UPLOAD_PASSWORD_ROUTES,
  ...SHARE_LINKS_ROUTES,
  ...HELD_LINKS_ROUTES,
  ...REQUESTS_ROUTES,
  ...SESSION_ROUTES,
  ...PEOPLE_ROUTES,
  ...TOKENS_ROUTES,
  ...HEALTH_ROUTES,
  ...OPENAPI_ROUTES,
];

const ANSWERS = {
  ...{ Upload: uploadSchema, UploadSummary: uploadSummarySchema, UploadStatus: uploadStatusSchema },
  ...{ UploadResult: uploadResultSchema, UploadList: uploadListSchema, ByteRange: byteRangeSchema },
  Purged: purgedSchema,
  ...{ File: fileSchema, FileList: fileListSchema, Limits: limitsSchema, Problem: problemSchema },
  ...{
    Folder: folderSchema,
    FolderWithAncestors: folderWithAncestorsSchema,
    Entry: entrySchema,
    EntryList: entryListSchema,
  },
  ...{ Trashed: trashedSchema },
  ...{ Account: accountSchema, WhoAsks: whoAsksSchema, Session: sessionSchema, SessionList: sessionListSchema },
  ...{ Person: personSchema, PersonList: personListSchema, Invited: invitedSchema },
  ...{ ApiToken: apiTokenSchema, ApiTokenList: apiTokenListSchema, NewApiToken: newApiTokenSchema },
  ...{ Space: spaceSchema, SpaceList: spaceListSchema, Member: memberSchema, MemberList: memberListSchema },
  ...{ HeldLink: heldLinkSchema, SharedEntry: sharedEntrySchema, SharedEntryList: sharedEntryListSchema },
  ...{ SentResult: sentResultSchema, SentStatus: sentStatusSchema },
  ...{ UploadPassword: uploadPasswordSchema },
  ...{ Link: linkSchema, LinkList: linkListSchema, LinkAccessList: linkAccessListSchema },
  ...{ PasswordLink: passwordLinkSchema, LinkFacts: linkFactsSchema },
};
const REQUESTS = {
  ...{ CreateUpload: createUploadSchema, CompleteUpload: completeUploadSchema, PurgeUploads: purgeUploadsSchema },
  ...{ SetUp: setUpSchema, SignIn: signInSchema, ChangePassword: changePasswordSchema },
  ...{ Invite: inviteSchema, ChangePerson: changePersonSchema, LookAtLink: lookAtLinkSchema, UseLink: useLinkSchema },
  ...{ CreateApiToken: createApiTokenSchema, CreateSpace: createSpaceSchema, ChangeSpace: changeSpaceSchema },
  ...{ CreateFolder: createFolderSchema, ChangeEntry: changeEntrySchema, RestoreEntry: restoreEntrySchema },
  ...{ AddMember: addMemberSchema, ChangeMember: changeMemberSchema },
  ...{
    CreateLink: createLinkSchema,
    ChangeLink: changeLinkSchema,
    UnlockLink: unlockLinkSchema,
    SendUpload: sendUploadSchema,
    SetUploadPassword: setUploadPasswordSchema,
  },
};

const DESCRIPTION = `Resumable uploads, and the files that they become.

Bytes that are acknowledged with 2xx are synced to disk and recorded. Every request can be repeated. A refusal is a
document of RFC 9457 with a stable \`code\`, a sentence for a person, and \`retryable\`: decide on that, never on the status.

An upload: \`POST /api/uploads\`, then its bytes by chunk, by range or as appends. With the last byte it becomes a file.
After a broken connection \`GET /api/uploads/{id}\` tells what is missing.`;

/** The description of the whole API. */
export function apiDocument(): OpenApiDocument {
  const tags = {
    Uploads: 'From the first byte to a file.',
    Files: 'What has been uploaded.',
    Folders: 'Where files and folders lie, and the trash.',
    Spaces: 'Where files are, and who may get at them.',
    Links: 'For people without an account: to read a file or folder, or to upload into a folder.',
    People: 'Accounts, signing in, and where one is signed in.',
    'About this server': 'What it accepts, how it is, and this document.',
  };
  const facts = { title: 'Stowage', version: '1', description: DESCRIPTION, tags };
  return openApiDocument(facts, API_ROUTES, new JsonSchemas(ANSWERS, REQUESTS));
}
