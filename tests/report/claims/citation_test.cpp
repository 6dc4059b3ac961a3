#include "report/claims/citation.h"

#include <catch2/catch.hpp>

namespace assay::report {
namespace {

using Catch::Contains;

Verdict verdict() {
  Verdict one;
  one.claim_id = "a-claim";
  one.title = "5 % of {all} costs & \"more\"";
  one.label = Label::kPlausible;
  one.command = "assay audit a-claim --set price=3";
  return one;
}

CitedWith with() {
  return {.registry_version = "2026.11",
          .registry_hash = "abc",
          .program_version = "0.1.0",
          .accessed = "2026-11-22"};
}

TEST_CASE("a plain citation names answer, registry version and hash, and the command") {
  CHECK(plain_citation(verdict(), with()) ==
        "Assay 0.1.0. \"5 % of {all} costs & \"more\"\" (a-claim): plausible. registry 2026.11, "
        "sha256 abc. assay audit a-claim --set price=3. Accessed 2026-11-22.");
  CitedWith without = with();
  without.registry_version.clear();
  CHECK_THAT(plain_citation(verdict(), without), Contains("registry sha256 abc."));
}

TEST_CASE("TeX's signs in a BibTeX entry print as themselves") {
  const std::string entry = bibtex_citation(verdict(), with());
  CHECK_THAT(entry, Contains("@misc{assay-a-claim,"));
  CHECK_THAT(entry, Contains("5 \\% of \\{all\\} costs \\& \"more\""));
  CHECK_THAT(entry, Contains("year = {2026}"));
  Verdict hostile = verdict();
  hostile.claim_id = "x},\nauthor={y";
  CHECK_THAT(bibtex_citation(hostile, with()), Contains("@misc{assay-x---author--y,"));
}

TEST_CASE("a claim that is not of the registry is cited by its file") {
  Verdict own = verdict();
  own.file = {.name = "mine.toml", .sha256 = "def", .replaces = true};
  CHECK_THAT(plain_citation(own, with()),
             Contains("claim file mine.toml, sha256 def, not of the registry (it stands for the "
                      "registry's claim of this id); sources and bands of registry 2026.11"));
  CHECK_THAT(bibtex_citation(own, with()), Contains("claim file mine.toml, sha256 def"));
  own.file.replaces = false;
  CHECK_THAT(plain_citation(own, with()), !Contains("stands for"));
  CHECK_THAT(plain_citation(verdict(), with()), !Contains("claim file"));
}

TEST_CASE("a context entry is cited as one without a verdict") {
  Verdict context = verdict();
  context.label.reset();
  CHECK_THAT(plain_citation(context, with()), Contains(": no verdict."));
}

}  // namespace
}  // namespace assay::report
