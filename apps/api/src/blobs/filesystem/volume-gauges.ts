import { statfs } from 'node:fs/promises';
import type { Metrics } from '../../platform/telemetry/metrics.js';

/** Adds what the disk of the data folder has left. Inodes are left out where the file system does not count them. */
export function addVolumeGauges(metrics: Metrics, dataDir: string): void {
  metrics.addSampled(
    [
      { name: 'volume_free_bytes', help: 'Bytes that this user may still take of the disk of the data folder.' },
      { name: 'volume_size_bytes', help: 'All bytes of the disk of the data folder.' },
      { name: 'volume_free_inodes', help: 'Files that the disk of the data folder can still have.' },
    ],
    async () => {
      const { bavail, blocks, bsize, files, ffree } = await statfs(dataDir);
      const room = { volume_free_bytes: bavail * bsize, volume_size_bytes: blocks * bsize };
      return files === 0 ? room : { ...room, volume_free_inodes: ffree };
    },
  );
}
