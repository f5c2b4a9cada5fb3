/** The least that a Lambda can be. */
export async function handler() {
  return { statusCode: 200 };
}
