/** Characters without a place in a line: controls, formats, separators of lines, and half surrogate pairs. */
const hidden = '\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}';

/** The two formats that writing needs: Persian words and joined emojis have them. */
const joiners = '\\u200c\\u200d';

/** A character that shows something. Some letters are blank, such as the Hangul fillers. */
const visible = '(?![\\p{Default_Ignorable_Code_Point}\\u2800])[\\p{L}\\p{N}\\p{P}\\p{S}]';

/**
 * The pattern of a text of one line that shows something and hides nothing, for the flag `u`. No text of
 * this pattern looks empty, breaks a line, controls a terminal, or turns the direction of other text.
 */
export const visibleTextPattern = `^(?=.*${visible})(?:[^${hidden}]|[${joiners}])*$`;
