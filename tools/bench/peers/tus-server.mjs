/** Arguments: the port, the folder for files, and the address to listen at. */
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

const [port = '0', directory = '.', host = '127.0.0.1'] = process.argv.slice(2);
new Server({ path: '/files', datastore: new FileStore({ directory }) }).listen({ host, port: Number(port) });
