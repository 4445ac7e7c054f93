// `npm start`. This file and what it imports at once are plain enough for every Node that knows modules, so that an old
// one reads the sentence below instead of a syntax error; the rest is imported when the version fits.
//
// package.json starts it with `exec`: a shell that stays between npm and us would swallow the signals that npm passes on.
// What follows `||` there is for Windows, which has no exec and shall read our sentence.
import { refuseNode } from './launch/node-version.mjs';

const refusal = refuseNode(process.versions.node);
if (refusal) {
  process.stderr.write(refusal + '\n');
  process.exitCode = 1;
} else {
  import('./launch/main.mjs').then(function (launch) {
    return launch.main();
  });
}
