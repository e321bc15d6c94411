// What feedsmith makes of each file named on the command line, as one JSON list: {format, title, items}.
import { readFileSync } from "node:fs";
import { parseFeed, parseOpml } from "feedsmith";

const text = (value) => (typeof value === "object" && value !== null ? value.value : value);

const read = (file) => {
  const content = readFileSync(file, "utf8");
  if (file.endsWith(".opml")) {
    const outlines = parseOpml(content).body.outlines;
    return { format: "opml", items: outlines.flatMap((one) => one.outlines ?? [one]).map((one) => one.xmlUrl) };
  }
  const { format, feed } = parseFeed(content);
  const items = (feed.items ?? feed.entries ?? []).map((one) => ({
    id: text(one.guid) ?? one.id,
    title: text(one.title),
    link: one.link ?? one.url ?? one.links?.find((link) => link.rel === "alternate")?.href,
    html: one.content_html ?? one.content?.encoded ?? text(one.content),
    published: new Date(one.pubDate ?? one.published ?? one.date_published).toISOString(),
    language: one.language ?? one.dc?.language ?? one.dc?.languages?.[0] ?? one.xml?.lang,
  }));
  return { format, title: text(feed.title), items };
};

console.log(JSON.stringify(process.argv.slice(2).map(read)));
