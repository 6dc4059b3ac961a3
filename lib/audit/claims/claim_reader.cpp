#include "audit/claims/claim_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "audit/claims/claim_sections.h"
#include "audit/claims/claim_table.h"
#include "audit/output/number_text.h"
#include "config/nearest_name.h"
#include "config/toml_reader.h"
#include "error/error.h"

namespace assay::audit {
namespace {

Document claim_document(const std::string& name) {
  return {.kind = DocumentKind::kData, .module = "audit", .name = name};
}

void check_id(const std::string& id, const Place& place) {
  if (!is_claim_id(id)) {
    fail_at(place, "an id has lower-case letters, digits, '-', '.' and '_', at most 80 of them");
  }
}

void check_kind(const std::string& kind, const Place& place) {
  const std::vector<std::string_view> kinds = claim_kinds();
  if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return;
  std::string known;
  for (const std::string_view name : kinds) known += fmt::format(" {}", name);
  fail_at(place,
          fmt::format("unknown kind \"{}\"; known:{}", printable(kind.substr(0, 80)), known));
}

void check_cost_method(const std::string& method, const Place& place) {
  constexpr std::array<std::string_view, 5> kMethods{"rent", "cloud", "amortised", "acquisition",
                                                     "tco"};
  if (method.empty()) return;
  if (std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end()) return;
  fail_at(place, fmt::format("cost_method is rent, cloud, amortised, acquisition or tco: \"{}\"",
                             printable(method.substr(0, 80))));
}

// A document that the claim's file describes itself, with the keys of
// configs/registry/sources.toml.
Source read_own_source(ClaimTable& fields, std::string key) {
  Source source{.key = std::move(key),
                .title = fields.text("title"),
                .url = fields.optional_text("url"),
                .published = fields.optional_text("published"),
                .retrieved = fields.optional_text("retrieved"),
                .hand = fields.text("hand"),
                .copy_of = fields.optional_text("copy_of")};
  check_date(source.published, fields.place_of("published"));
  check_date(source.retrieved, fields.place_of("retrieved"));
  if (source.hand != "first" && source.hand != "second") {
    fail_at(fields.place_of("hand"),
            "hand is \"first\" (the document speaks of its author's own "
            "work) or \"second\"");
  }
  return source;
}

// [source]: the key of a source, or the source itself; [sources.KEY]: further ones of the claim.
SourceRef read_sources(ClaimTable& table, Claim& claim) {
  if (const TomlTable* own = table.table("sources")) {
    ClaimTable named(*own);
    for (const std::string& key : named.keys()) {
      ClaimTable fields(*named.table(key));
      claim.sources.emplace(key, read_own_source(fields, key));
      fields.finish();
    }
  }
  const TomlTable* source = table.table("source");
  if (source == nullptr) return {};
  ClaimTable fields(*source);
  SourceRef fallback;
  if (fields.node("title") != nullptr && fields.node("key") == nullptr) {
    fallback.key = claim.id;
    claim.sources.insert_or_assign(claim.id, read_own_source(fields, claim.id));
  } else {
    fallback.key = fields.text("key");
  }
  fallback.locator = fields.optional_text("locator");
  fallback.mark = fields.optional_text("mark");
  fields.finish();
  return fallback;
}

void read_head(ClaimTable& table, Claim& claim) {
  claim.place = table.place();
  claim.id = table.text("id");
  check_id(claim.id, table.place_of("id"));
  claim.kind = table.text("kind");
  check_kind(claim.kind, table.place_of("kind"));
  claim.date = table.optional_text("date");
  check_date(claim.date, table.place_of("date"));
  claim.claimant = table.text("claimant");
  claim.subject = table.text("subject");
  claim.subject_class = table.optional_text("subject_class");
  claim.model = table.optional_text("model");
  claim.device = table.optional_text("device");
  claim.model_place = table.place_of("model");
  claim.device_place = table.place_of("device");
  claim.precision = table.optional_text("precision");
  claim.cost_method = table.optional_text("cost_method");
  check_cost_method(claim.cost_method, table.place_of("cost_method"));
  claim.headline = table.optional_text("headline");
  claim.title = table.bilingual("title");
  claim.statement = table.bilingual("statement");
  claim.scope = read_scope(table);
}

// Marks every figure with its claim, so that a figure can be shown away from it.
void name_figures(Claim& claim) {
  for (const Figure* figure : claim.all_figures()) {
    const_cast<Figure*>(figure)->claim = claim.id;  // all belong to the claim that is built here
  }
}

void check_headline(const ClaimTable& table, const Claim& claim) {
  if (claim.headline.empty()) {
    if (is_context_kind(claim.kind) || claim.kind == "relative-price") return;
    fail_at(table.place(), fmt::format("a claim of kind \"{}\" needs a headline", claim.kind));
  }
  if (claim.headline_figure() != nullptr) return;
  std::vector<std::string_view> paths;
  for (const Figure* figure : claim.all_figures()) paths.push_back(figure->path);
  fail_at(
      table.place_of("headline"),
      fmt::format("the headline names no figure of this claim: \"{}\"{}",
                  printable(claim.headline.substr(0, 200)), nearest_note(claim.headline, paths)));
}

Claim read(const TomlTable& root, const std::string& name) {
  if (root.entries.empty()) {
    throw DataError(
        fmt::format("[audit] {}: the file is empty; a claim has at least id, kind, claimant, "
                    "subject, title, statement and a source (assay claims new ID writes one)",
                    printable(name)));
  }
  ClaimTable table(root);
  Claim claim;
  read_head(table, claim);
  const SourceRef fallback = read_sources(table, claim);
  read_parts(table, fallback, claim);
  read_statements(table, fallback, claim);
  read_lists(table, fallback, claim);
  table.finish();
  name_figures(claim);
  check_headline(table, claim);
  return claim;
}

}  // namespace

Claim read_claim_file(const std::filesystem::path& path) {
  return read(read_toml_file(path, claim_document(path.string())), path.string());
}

Claim read_claim(std::string_view text, const std::string& name) {
  return read(read_toml(text, claim_document(name)), name);
}

}  // namespace assay::audit
