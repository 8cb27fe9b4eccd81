/** Progress goes to the error stream, so that the table alone is on the output. */
export const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};
