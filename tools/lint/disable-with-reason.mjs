/** A rule that is switched off says why: `eslint-disable-next-line rule -- reason`. */

const DIRECTIVE = /^\s*eslint-disable(-next-line|-line)?\b/;
const WITH_RULE_AND_REASON = /^\s*eslint-disable(-next-line|-line)?\s+[@\w/-]+(\s*,\s*[@\w/-]+)*\s+--\s+\S.{9,}/s;

/** @type {import('eslint').Rule.RuleModule} */
export const disableWithReason = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: { reason: 'Name the rule and say why: eslint-disable-next-line <rule> -- <reason>.' },
  },
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        if (!DIRECTIVE.test(comment.value) || WITH_RULE_AND_REASON.test(comment.value)) continue;
        if (comment.loc) context.report({ loc: comment.loc, messageId: 'reason' });
      }
    },
  }),
};
