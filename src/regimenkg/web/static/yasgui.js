// YASGUI on this server's endpoint, with the canned queries as tabs to open.
"use strict";
const endpoint = new URL("/sparql", location.href).href;
const yasgui = new Yasgui(document.getElementById("yasgui"), {
  requestConfig: { endpoint },
  yasqe: { prefixCcApi: "/yasgui/prefixes.json" },
  copyEndpointOnNewTab: false,
  endpointCatalogueOptions: { getData: () => [{ endpoint }], keys: [] },
});
document.getElementById("examples").addEventListener("change", async (event) => {
  const name = event.target.value;
  if (!name) return;
  const { query } = await (await fetch(`/editor/examples/${name}`)).json();
  yasgui.addTab(true, { name, requestConfig: { endpoint }, yasqe: { value: query } });
});
