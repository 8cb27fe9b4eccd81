/** The package has no types of its own. */
declare module 'mime' {
  const mime: {
    /** Null for a type that it does not know. */
    getExtension(mediaType: string): string | null;
  };
  export default mime;
}
