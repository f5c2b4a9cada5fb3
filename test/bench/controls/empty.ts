/** The smallest possible function. */
export async function handler() {
  return { statusCode: 200 };
}
