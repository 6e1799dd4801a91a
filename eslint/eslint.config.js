// What the scripts of the pages are checked for. ruff formats and checks everything else.
import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import globals from "globals";

// ESLint alone does not see that <Name /> uses the import Name.
const usedInJsx = {
  create: (context) => ({
    JSXIdentifier: (node) => context.sourceCode.markVariableAsUsed(node.name, node),
  }),
};

export default [
  js.configs.recommended,
  {
    files: ["rxapp/**/*.{js,jsx}", "assets/**/*.js"],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { ecmaFeatures: { jsx: true } },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { hooks, own: { rules: { "used-in-jsx": usedInJsx } } },
    rules: {
      "own/used-in-jsx": "error",
      "hooks/rules-of-hooks": "error",
      // Not hooks/exhaustive-deps: Reflex hands over new handlers at every render, so an effect that
      // named them all would run every time. It names what it waits for.
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-restricted-globals": ["error", "event", "name", "status"],
      "no-implied-eval": "error",
      "no-eval": "error",
      "no-console": "error",
    },
  },
  {
    files: ["assets/api-docs/*.js"],
    languageOptions: { globals: { SwaggerUIBundle: "readonly" }, sourceType: "script" },
  },
];
