/** Answers the calls of the process that started this one, and ends with it. */
export function answerCalls(methods: Readonly<Record<string, (argument: never) => unknown>>): void {
  process.on('message', ({ id, method, argument }: { id: number; method: string; argument: never }) => {
    Promise.resolve()
      .then(() => {
        const found = methods[method];
        if (!found) throw new Error(`There is no ${method}.`);
        return found(argument);
      })
      .then(
        (result) => process.send?.({ id, result }),
        (error: unknown) => process.send?.({ id, error: error instanceof Error ? error.stack : String(error) }),
      );
  });
  process.on('disconnect', () => process.exit(0));
}
