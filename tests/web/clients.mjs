// What N3.js and jsonld.js read from an endpoint: node clients.mjs URL, with queries by their form
// as JSON on standard input. Prints the triples of each as N-Quads, or what went wrong.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(process.cwd() + "/");
const N3 = require("n3");
const jsonld = require("jsonld");

const endpoint = process.argv[2];
const queries = JSON.parse(readFileSync(0, "utf-8"));

function written(quads) {
  return new Promise((resolve, reject) => {
    const writer = new N3.Writer({ format: "N-Quads" });
    writer.addQuads(quads);
    writer.end((error, text) => (error ? reject(error) : resolve(text)));
  });
}

const readers = {
  "text/turtle": async (text) => written(new N3.Parser({ format: "text/turtle" }).parse(text)),
  "application/n-triples": async (text) =>
    written(new N3.Parser({ format: "application/n-triples" }).parse(text)),
  "application/ld+json": async (text) =>
    jsonld.toRDF(JSON.parse(text), {
      format: "application/n-quads",
      documentLoader: (url) => Promise.reject(new Error("asks for " + url)),
    }),
};

const found = [];
for (const [form, query] of Object.entries(queries)) {
  for (const [type, read] of Object.entries(readers)) {
    for (const method of ["GET", "POST"]) {
      const body = new URLSearchParams({ query });
      const request =
        method === "GET" ? [endpoint + "?" + body, {}] : [endpoint, { method, body }];
      const response = await fetch(request[0], { ...request[1], headers: { Accept: type } });
      const text = await response.text();
      found.push({ form, type, method, status: response.status, quads: await read(text) });
    }
  }
}
console.log(JSON.stringify(found));
