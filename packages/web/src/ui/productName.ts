/** What the product is called, the same in every language. */
export const productName = "Hibiki"
