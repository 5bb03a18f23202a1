/** The line on stderr that a process writes when it ends by a failure: text, or in the form of its log. */

type Write = (sentence: string) => void

const asText: Write = (sentence) => void process.stderr.write(`hibiki: ${sentence}\n`)
let write = asText

/** Writes the sentence at once: the process may exit right after it. */
export const lastWords: Write = (sentence) => write(sentence)

/** Sets the form from now on; undefined for text. */
export const setLastWords = (form: Write | undefined): void => {
  write = form ?? asText
}
