// Loaded before a command by `node --require`: kills the process (SIGKILL) at its KILL_AT-th change of the
// file system, after half of a write and half of a removal; without KILL_AT, writes the number of changes to
// the file that KILL_COUNT names. The code under test knows nothing of it.
const fs = require("node:fs");
const path = require("node:path");
const { isMainThread } = require("node:worker_threads");

const at = Number(process.env.KILL_AT ?? 0);
const original = { ...fs };
let changes = 0;

const die = () => process.kill(process.pid, "SIGKILL");
const half = (data) => data.slice(0, Math.floor(data.length / 2));
const partial = {
  writeFileSync: (file, data) => original.writeFileSync(file, half(data)),
  writeSync: (file, data, from, length, ...rest) =>
    original.writeSync(file, data, from, Math.floor(length / 2), ...rest),
  rmSync: (folder) => {
    const [first] = fs.existsSync(folder) ? original.readdirSync(folder) : [];
    if (first !== undefined) original.rmSync(path.join(folder, first), { recursive: true });
  },
};

if (isMainThread) {
  for (const name of [
    "mkdirSync",
    "writeFileSync",
    "writeSync",
    "renameSync",
    "unlinkSync",
    "rmdirSync",
    "rmSync",
  ]) {
    fs[name] = (...args) => {
      // What goes to the terminal is no change.
      if (args[0] === 1 || args[0] === 2) return original[name](...args);
      changes++;
      if (changes === at) {
        partial[name]?.(...args);
        die();
      }
      return original[name](...args);
    };
  }
  process.on("exit", () => {
    if (process.env.KILL_COUNT !== undefined) original.writeFileSync(process.env.KILL_COUNT, String(changes));
  });
}
