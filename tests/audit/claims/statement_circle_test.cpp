#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

std::string figures_and(const std::string& statements) {
  return claim_head("test-claim", "energy", "figures.all") +
         "[figures]\nall = \"90.0 MWh\"\npart = \"60.0 MWh\"\nrest = \"30.0 MWh\"\n"
         "one = \"1.00 x\"\nhalf = \"0.500 x\"\n" +
         statements;
}

std::string sum(const std::string& total, const std::string& a, const std::string& b) {
  return "[[sums]]\nname = \"" + total + "\"\nrows = [\"figures." + a + "\", \"figures." + b +
         "\"]\ntotal = \"figures." + total + "\"\n";
}

std::string product(const std::string& result, const std::string& a, const std::string& b) {
  return "[[products]]\nname = \"" + result + "\"\nfactors = [\"figures." + a + "\", \"figures." +
         b + "\"]\nproduct = \"figures." + result + "\"\n";
}

std::string ratio(const std::string& name, const std::string& a, const std::string& b) {
  return "[[ratios]]\nname = \"" + name + "\"\nvalue = \"1.50 x\"\nform = \"ratio\"\na = \"" + a +
         "\"\nb = \"" + b + "\"\n";
}

TEST_CASE("a statement with its own result among its operands is refused where that stands") {
  const std::string of_product = fault_of(figures_and(product("all", "all", "one")));
  CHECK(of_product.find("claim.toml:26:") != std::string::npos);
  CHECK(of_product.find("a product has its own result \"figures.all\"") != std::string::npos);
  CHECK(fault_of(figures_and(sum("all", "all", "rest"))).find("a sum has its own result") !=
        std::string::npos);
  CHECK(fault_of(figures_and(ratio("c", "ratios.c", "figures.one")))
            .find("a ratio has its own result \"ratios.c\"") != std::string::npos);
}

TEST_CASE(
    "a circle through a further statement of the kind, or through the claim's id, is refused") {
  CHECK(fault_of(figures_and(product("all", "part", "one") + product("part", "all", "one")))
            .find("a product has its own result") != std::string::npos);
  CHECK(fault_of(figures_and(sum("all", "part", "rest") + sum("part", "all", "rest")))
            .find("a sum has its own result") != std::string::npos);
  CHECK(fault_of(figures_and("[[products]]\nname = \"p\"\nfactors = [\"test-claim#figures.all\", "
                             "\"figures.one\"]\nproduct = \"figures.all\"\n"))
            .find("a product has its own result") != std::string::npos);
}

TEST_CASE("statements that only share figures are no circle") {
  CHECK(
      fault_of(figures_and(sum("all", "part", "rest") + product("rest", "part", "half"))).empty());
  CHECK(
      fault_of(figures_and(sum("all", "part", "rest") + ratio("c", "figures.all", "figures.part")))
          .empty());
  CHECK(fault_of(figures_and(product("rest", "part", "half") + product("part", "part", "one")))
            .find("a product") != std::string::npos);
}

TEST_CASE("a row twice, a row of another dimension and a ratio to itself are refused") {
  CHECK(fault_of(figures_and(sum("all", "part", "part"))).find("counts \"figures.part\" twice") !=
        std::string::npos);
  CHECK(fault_of(figures_and(sum("all", "part", "one"))).find("a sum adds what its total is") !=
        std::string::npos);
  CHECK(fault_of(figures_and(ratio("c", "figures.all", "figures.all"))).find("to itself") !=
        std::string::npos);
  CHECK(fault_of(figures_and(sum("all", "part", "rest"))).empty());
}

}  // namespace
}  // namespace assay::audit
