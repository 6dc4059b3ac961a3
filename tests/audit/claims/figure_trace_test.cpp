#include "audit/claims/figure_trace.h"

#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

TEST_CASE("a copy without an address has its original's") {
  const auto& sources = registry().sources();
  const Source& copy = sources.at("palm-copies");
  REQUIRE(copy.url.empty());
  CHECK(document_url(copy, registry()) == sources.at("palm-paper").url);
  CHECK(!document_url(copy, registry()).empty());
  CHECK(document_url(sources.at("news0"), registry()).empty());
}

TEST_CASE("figures that cannot be found again are counted and named") {
  ClaimSet set;
  const auto source = [](const std::string& more) {
    return "{ value = \"2.0e6 USD\", source = \"" + more + ", mark = \"seen\" }\n";
  };
  set.add(read_claim(claim_head("test-claim", "cost", "total.money") +
                         "[total]\nmoney = " + source("dsv3-tr\", locator = \"Table 1\"") +
                         "[figures]\nneither = " + source("news0\"") +
                         "placed = " + source("news0\", locator = \"p. 2\"") +
                         "addressed = { value = \"1.0e6 USD\", source = \"dsv3-tr\", mark = "
                         "\"recalled\" }\n",
                     "claim.toml"));
  const FigureTrace trace = trace_figures(set, registry());
  CHECK(trace.figures == 4);
  CHECK(trace.no_url == 2);
  CHECK(trace.no_locator == 2);
  CHECK(trace.neither == 1);
  CHECK(trace.recalled == 1);
  REQUIRE(trace.untraced.size() == 3);
  CHECK(std::any_of(trace.untraced.begin(), trace.untraced.end(), [](const UntracedFigure& one) {
    return one.path == "figures.neither" && one.no_url && one.no_locator;
  }));
}

TEST_CASE("the registry's figures do not lose more of their addresses and places") {
  const FigureTrace trace = trace_figures(registry_claims(), registry());
  CHECK(trace.figures >= 645);
  CHECK(trace.no_url <= 120);
  CHECK(trace.neither <= 101);
}

}  // namespace
}  // namespace assay::audit
