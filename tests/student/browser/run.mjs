// Runs a Python file in Pyodide: node run.mjs FOLDER-OF-PYODIDE CHECKOUT FILE.PY FOLDER-TO-KEEP
import { readFileSync } from "fs";
const [, , pyodide, checkout, file, kept] = process.argv;
const { loadPyodide } = await import(`${pyodide}/node_modules/pyodide/pyodide.mjs`);
try {
  const python = await loadPyodide();
  for (const [from, to] of [[`${pyodide}/wheels`, "/wheels"], [checkout, "/checkout"], [kept, "/kept"]]) {
    python.FS.mkdirTree(to);
    python.FS.mount(python.FS.filesystems.NODEFS, { root: from }, to);
  }
  python.runPython(readFileSync(file, "utf8"));
} catch (error) {
  console.error(String(error.message).slice(-3000)); // without the source of Pyodide itself
  process.exit(1);
}
