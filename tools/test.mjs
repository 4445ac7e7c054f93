// `npm test`. Plain on purpose, like start.mjs.
import { refuseNode } from './launch/node-version.mjs';

const refusal = refuseNode(process.versions.node);
if (refusal) {
  process.stderr.write(refusal.replace('npm start', 'npm test') + '\n');
  process.exitCode = 1;
} else {
  import('./testing/main.mjs').then(function (testing) {
    return testing.main(process.argv.slice(2));
  });
}
