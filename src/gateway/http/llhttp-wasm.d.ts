/** llhttp as undici's maintainers compile it: the bytes of a WebAssembly module. */
declare module 'undici/lib/llhttp/llhttp-wasm.js' {
  const wasm: Uint8Array<ArrayBuffer>;
  export default wasm;
}
