/** Where an error arose, without its message, which may quote a row or an event. */
export function framesOf({ stack = '', message }: Error): string[] {
  // A line of the message may look like a frame. A message that was changed afterwards is not in the stack: the one
  // that is there cannot be told from the frames, and goes with them.
  const begin = stack.indexOf(message);
  const rest = begin < 0 ? '' : stack.slice(begin + message.length);
  return rest.split('\n').filter((line) => line.trimStart().startsWith('at '));
}
