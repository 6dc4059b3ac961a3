#include "audit/claims/claim_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "audit/claims/claim_reader.h"
#include "audit/claims/statement_circle.h"
#include "audit/output/number_text.h"
#include "error/error.h"
#include "registry/known_ids.h"

namespace assay::audit {
namespace {

constexpr size_t kLongestName = 120;

std::vector<std::filesystem::path> claim_files(const std::filesystem::path& root) {
  std::vector<std::filesystem::path> files;
  const std::filesystem::path folder = root / "claims";
  if (!std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() == ".toml") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

template <class Map>
void require(const Map& known, const std::string& name, const Place& place, std::string_view what) {
  if (name.empty() || known.contains(name)) return;
  fail_at(place, printable(registry::unknown_id(what, name, known)));
}

void check_names(const Claim& claim, const Registry& registry) {
  const auto check_part = [&](const ClaimPart& part) {
    require(registry.models(), part.model, part.model_place, "model");
    require(registry.devices(), part.device, part.device_place, "device");
  };
  require(registry.models(), claim.model, claim.model_place, "model");
  require(registry.devices(), claim.device, claim.device_place, "device");
  check_part(claim.total);
  for (const ClaimPart& part : claim.stages) check_part(part);
  for (const ClaimPart& part : claim.runs) check_part(part);
  for (const FleetRow& row : claim.fleet) {
    require(registry.devices(), row.device, row.device_place, "device");
  }
  for (const Figure* figure : claim.all_figures()) {
    if (claim.sources.contains(figure->source.key)) continue;
    require(registry.sources(), figure->source.key, figure->place, "source");
  }
  for (const Remark& remark : claim.remarks) {
    if (claim.sources.contains(remark.source.key)) continue;
    require(registry.sources(), remark.source.key, claim.place, "source");
  }
}

std::vector<const FigureRef*> figure_refs(const Claim& claim) {
  std::vector<const FigureRef*> refs;
  for (const RatioStatement& ratio : claim.ratios) {
    refs.push_back(&ratio.a);
    refs.push_back(&ratio.b);
  }
  for (const SumStatement& sum : claim.sums) {
    for (const FigureRef& row : sum.rows) refs.push_back(&row);
    refs.push_back(&sum.total);
  }
  for (const ProductStatement& product : claim.products) {
    for (const FigureRef& factor : product.factors) refs.push_back(&factor);
    refs.push_back(&product.product);
  }
  for (const Variant& variant : claim.variants) {
    if (variant.of) refs.push_back(&*variant.of);
  }
  for (const CandidatePair& pair : claim.candidates) {
    refs.push_back(&pair.a);
    refs.push_back(&pair.b);
  }
  return refs;
}

// A figure that was seen stands in a document that was read, or in a copy of it under its own name.
void check_marks(const Claim& claim, const Registry& registry) {
  for (const Figure* figure : claim.all_figures()) {
    if (figure->source.mark != "seen") continue;
    const auto own = claim.sources.find(figure->source.key);
    const auto registered = registry.sources().find(figure->source.key);
    if (own == claim.sources.end() && registered == registry.sources().end()) continue;
    const Source& source = own != claim.sources.end() ? own->second : registered->second;
    if (!source.retrieved.empty()) continue;
    fail_at(figure->place,
            fmt::format("{} is marked as seen, but its source \"{}\" was not read (it has no date "
                        "of retrieval)",
                        figure->path, figure->source.key));
  }
}

// The registry is read in both languages.
void check_languages(const Claim& claim) {
  const auto need = [&](const Bilingual& text, std::string_view what) {
    if (text.ja.empty()) fail_at(claim.place, fmt::format("{} has no Japanese text (ja)", what));
  };
  need(claim.title, "the title");
  need(claim.statement, "the statement");
  for (const CandidatePair& pair : claim.candidates) need(pair.label, "a candidate");
  for (const Remark& remark : claim.remarks) need(remark.text, "a remark");
}

// The claims that `from` leads to by first-hand references; fails where one leads back to `from`.
void check_circle(const ClaimSet& set, const Claim& from, const Claim& at,
                  std::set<std::string>& seen) {
  for (const FigureRef& ref : at.first_hand) {
    if (ref.text == from.id) {
      fail_at(ref.place,
              fmt::format("first_hand runs in a circle through \"{}\" and \"{}\"", from.id, at.id));
    }
    if (seen.insert(ref.text).second && set.claims().contains(ref.text)) {
      check_circle(set, from, set.claim(ref.text), seen);
    }
  }
}

}  // namespace

ClaimSet ClaimSet::load(const std::filesystem::path& root) {
  ClaimSet set;
  for (const std::filesystem::path& file : claim_files(root)) {
    Claim claim = read_claim_file(file);
    if (const auto found = set.claims_.find(claim.id); found != set.claims_.end()) {
      fail_at(claim.place, fmt::format("the id \"{}\" is used twice; first in {}", claim.id,
                                       to_string(found->second.place)));
    }
    set.add(std::move(claim));
  }
  return set;
}

std::vector<std::string> ClaimSet::lint(const std::filesystem::path& root,
                                        const Registry& registry) {
  std::vector<std::string> faults;
  ClaimSet set;
  const auto guarded = [&](const auto& step) {
    try {
      step();
    } catch (const DataError& error) {
      faults.emplace_back(error.what());
    }
  };
  for (const std::filesystem::path& file : claim_files(root)) {
    guarded([&] {
      Claim claim = read_claim_file(file);
      if (set.claims_.contains(claim.id)) {
        fail_at(claim.place, fmt::format("the id \"{}\" is used twice; first in {}", claim.id,
                                         to_string(set.claim(claim.id).place)));
      }
      if (file.stem() != claim.id) {
        faults.push_back(fmt::format("[audit] {}: the file is not named after its id \"{}\"",
                                     file.string(), claim.id));
      }
      set.add(std::move(claim));
    });
  }
  for (const auto& [id, claim] : set.claims_) {
    guarded([&, &checked = claim] { set.check(checked, registry); });
    guarded([&, &checked = claim] { check_marks(checked, registry); });
    guarded([&, &checked = claim] { check_languages(checked); });
  }
  return faults;
}

const Claim& ClaimSet::add(Claim claim) {
  std::string id = claim.id;
  if (claims_.contains(id)) replaced_.insert(id);
  return claims_.insert_or_assign(std::move(id), std::move(claim)).first->second;
}

const Claim& ClaimSet::claim(std::string_view id) const {
  const auto found = claims_.find(std::string(id));
  if (found != claims_.end()) return found->second;
  throw DataError("[audit] " + registry::unknown_id("claim", id, claims_));
}

const Figure& ClaimSet::figure(const Claim& from, const FigureRef& ref) const {
  const size_t hash = ref.text.find('#');
  const Claim* owner = &from;
  std::string path = ref.text;
  if (hash != std::string::npos) {
    require(claims_, ref.text.substr(0, hash), ref.place, "claim");
    owner = &claim(ref.text.substr(0, hash));
    path = ref.text.substr(hash + 1);
  }
  if (const Figure* found = owner->find(path)) return *found;
  fail_at(ref.place, fmt::format("the claim \"{}\" has no figure \"{}\"", owner->id,
                                 printable(path.substr(0, kLongestName))));
}

void ClaimSet::check(const Claim& claim, const Registry& registry) const {
  check_names(claim, registry);
  for (const FigureRef* ref : figure_refs(claim)) (void)figure(claim, *ref);
  check_statement_circles(*this, claim);
  for (const FigureRef& ref : claim.first_hand) require(claims_, ref.text, ref.place, "claim");
  for (const FigureRef& ref : claim.see_also) require(claims_, ref.text, ref.place, "claim");
  for (const Remark& remark : claim.remarks) {
    require(claims_, remark.claim, remark.claim_place, "claim");
  }
  std::set<std::string> seen;
  check_circle(*this, claim, claim, seen);
}

}  // namespace assay::audit
