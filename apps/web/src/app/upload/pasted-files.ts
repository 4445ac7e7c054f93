import { say } from '../language/say.js';
import { type DroppedThings, takeDropped } from './dropped-files.js';

/** Every browser calls a picture from the clipboard this. */
const CLIPBOARD_PICTURE = 'image.png';

/**
 * Files and folders of a paste. A picture that has no name of its own gets one with the time, or the second one pasted
 * would find its name taken.
 */
export function takePasted(data: DataTransfer, now: Date): DroppedThings {
  const { files, folders } = takeDropped(data);
  return { files: files.map((file) => (file.name === CLIPBOARD_PICTURE ? named(file, now) : file)), folders };
}

function named(file: File, now: Date): File {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('.');
  return new File([file], say('upload.pastedPicture', { time: `${day} ${time}` }), {
    type: file.type,
    lastModified: file.lastModified,
  });
}
