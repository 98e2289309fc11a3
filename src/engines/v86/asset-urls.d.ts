/** Vite's `?url`: the bundler's address of a file that it copies as it is. */
declare module '*?url' {
  const url: string;
  export default url;
}
