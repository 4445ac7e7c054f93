import { bareMediaType, UNKNOWN_MEDIA_TYPE } from '@stowage/contract';

/** Names that one format goes by: what one of them allows or denies, all do. */
const SYNONYMS: readonly (readonly string[])[] = [
  ['application/gzip', 'application/x-gzip'],
  ['application/rtf', 'text/rtf'],
  ['application/vnd.rar', 'application/x-rar', 'application/x-rar-compressed'],
  [
    ...['application/vnd.microsoft.portable-executable', 'application/x-msdownload', 'application/x-dosexec'],
    ...['application/x-ms-dos-executable', 'application/x-exe', 'application/exe'],
  ],
  ['application/x-elf', 'application/x-executable', 'application/x-sharedlib', 'application/x-pie-executable'],
  ['application/xml', 'text/xml'],
  ['application/zip', 'application/x-zip', 'application/x-zip-compressed'],
  ['audio/aac', 'audio/x-aac'],
  ['audio/flac', 'audio/x-flac'],
  ['audio/mp4', 'audio/m4a', 'audio/x-m4a'],
  ['audio/mpeg', 'audio/mp3', 'audio/x-mp3', 'audio/x-mpeg'],
  ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave'],
  ['image/bmp', 'image/x-ms-bmp', 'image/x-bmp'],
  ['image/jpeg', 'image/jpg', 'image/pjpeg'],
  ['image/vnd.adobe.photoshop', 'image/x-photoshop', 'application/x-photoshop'],
  ['image/vnd.microsoft.icon', 'image/x-icon'],
  ['video/matroska', 'video/x-matroska'],
  ['video/vnd.avi', 'video/avi', 'video/x-msvideo', 'video/msvideo'],
];

/** Formats whose beginning is that of many others: what else may be declared of such bytes without being untrue. */
const MADE_OF: Readonly<Record<string, RegExp>> = {
  'application/gzip': /^application\/(x-compressed-tar|x-gtar|x-tar|x-tgz|tar\+gzip|.*\+gzip)$/u,
  'application/pdf': /^application\/(illustrator|vnd\.adobe\.illustrator|postscript)$/u,
  'application/x-cfb': /^application\/(msword|vnd\.ms-.*|vnd\.visio|x-msi|x-mspublisher)$/u,
  'application/xml': /(\+xml|\/xml|^text\/html|^text\/plain)$/u,
  'application/zip':
    /^(application\/(vnd\..*|java-archive|x-java-archive|x-xpinstall|.*\+zip)|model\/3mf|image\/openraster)$/u,
  'application/ogg': /^(audio|video)\/ogg$/u,
  'audio/ogg': /^(application|video)\/ogg$|^audio\/opus$/u,
  'image/tiff': /^image\/(x-.*|dng|geotiff)$/u,
  'video/matroska': /^(audio|video)\/(x-matroska|webm)$/u,
  'video/mp4': /^(audio\/mp4|audio\/m4a|audio\/x-m4a|video\/(quicktime|x-m4v|3gpp2?))$/u,
  'video/ogg': /^(application|audio)\/ogg$/u,
  'video/quicktime': /^(audio\/mp4|video\/(mp4|x-m4v))$/u,
};

/** Whether a list of a policy has a media type, under any of its names. */
export function isListed(list: readonly string[], type: string): boolean {
  return namesOf(type).some((name) => list.includes(name) || list.includes(`${name.split('/')[0] ?? ''}/*`));
}

/** Whether bytes of a detected type cannot be what was declared. Who declares nothing contradicts nothing. */
export function contradicts(declared: string, detected: string): boolean {
  const type = bareMediaType(declared);
  if (type === UNKNOWN_MEDIA_TYPE || namesOf(detected).includes(type)) return false;
  return !namesOf(detected).some((name) => MADE_OF[name]?.test(type) === true);
}

function namesOf(type: string): readonly string[] {
  const bare = bareMediaType(type);
  return SYNONYMS.find((names) => names.includes(bare)) ?? [bare];
}
