// The only globals beyond the language that core may use: they exist in Node and in every browser, on plain http too.
declare const crypto: { readonly getRandomValues: <A extends Uint8Array>(array: A) => A }

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>
}

declare class TextDecoder {
  constructor(label?: string, options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean })
  decode(bytes?: ArrayBufferView | ArrayBuffer): string
}
