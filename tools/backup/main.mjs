// `npm run backup` and `npm run restore`. Plain enough for every Node that knows modules: see ../start.mjs.
import { refuseNode } from '../launch/node-version.mjs';

const refusal = refuseNode(process.versions.node);
if (refusal) {
  process.stderr.write(refusal + '\n');
  process.exitCode = 1;
} else {
  import('./commands.mjs').then(function (commands) {
    return commands.main(process.argv.slice(2));
  });
}
