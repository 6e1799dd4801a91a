// Starts Swagger UI over our own document, with a search that reads words, paths and fields.

const wordsOf = (call) => {
  const operation = call.get("operation");
  const bodies = operation.getIn(["requestBody", "content"])?.valueSeq() ?? [];
  return [
    call.get("method"),
    call.get("path"),
    operation.get("summary"),
    operation.get("description"),
    ...(operation.get("parameters") ?? []).map((each) => each.get("name")),
    ...bodies.map((each) => JSON.stringify(each.get("example"))),
  ]
    .join(" ")
    .toLowerCase();
};

const matching = (groups, typed) => {
  const words = typed.toLowerCase().split(/\s+/);
  const matches = (call, tag) => words.every((word) => `${tag} ${wordsOf(call)}`.includes(word));
  return groups
    .map((group, tag) => group.update("operations", (calls) => calls.filter((call) => matches(call, tag))))
    .filter((group) => group.get("operations").size > 0);
};

const search = ({ React: { createElement } }) => ({
  fn: { opsFilter: matching },
  components: {
    FilterContainer: ({ layoutSelectors, layoutActions }) =>
      createElement(
        "search",
        { className: "wrapper" },
        createElement("input", {
          type: "search",
          "aria-label": "Search the calls",
          placeholder: "Search by words, path or field",
          value: layoutSelectors.currentFilter() || "",
          onChange: (event) => layoutActions.updateFilter(event.target.value),
        }),
      ),
  },
  wrapComponents: {
    operations: (Operations, system) => (props) =>
      system.specSelectors.taggedOperations().size
        ? createElement(Operations, props)
        : createElement("p", { role: "status" }, "No call matches. Try fewer words."),
  },
});

SwaggerUIBundle({
  url: "/api/v1/openapi.json",
  dom_id: "#viewer",
  plugins: [search],
  filter: "",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
});
