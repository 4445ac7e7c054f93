const PARAMETER = /;\s*([\w*]+)=("(?:[^"\\]|\\.)*"|[^;]*)/gu;

/** The file name that a browser takes from `Content-Disposition` (RFC 6266, RFC 8187): `filename*` before `filename`. */
export function fileNameOf(contentDisposition: string): string {
  const parameters = new Map(
    Array.from(contentDisposition.matchAll(PARAMETER), ([, name = '', value = '']) => [name.toLowerCase(), value]),
  );
  const extended = /^UTF-8''(.*)$/iu.exec(parameters.get('filename*') ?? '')?.[1];
  if (extended !== undefined) return decodeURIComponent(extended);
  return (parameters.get('filename') ?? '').replace(/^"(.*)"$/su, '$1').replaceAll(/\\(.)/gu, '$1');
}
