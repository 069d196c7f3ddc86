/** Takes the lock of the folder in the first argument, says so, and holds it until it is killed. */
import { lockFolder } from '../../web/core/store/folder-lock.ts';

await lockFolder(process.argv[2] ?? '');
process.stdout.write('held\n');
setInterval(() => {}, 60_000);
