/** Sends a file with tus-js-client, as its documentation does in Node. Arguments: the endpoint and the file. */
import fs from 'node:fs';
import { Upload } from 'tus-js-client';

const [endpoint = '', file = ''] = process.argv.slice(2);

await new Promise((resolve, reject) => {
  new Upload(fs.createReadStream(file), {
    endpoint,
    uploadSize: fs.statSync(file).size,
    retryDelays: [0, 1000, 3000, 5000],
    metadata: { filename: 'film.bin' },
    onError: reject,
    onSuccess: () => resolve(undefined),
  }).start();
});
