#include "registry/registry_age.h"

#include <catch2/catch.hpp>

#include "registry_root.h"

namespace assay {
namespace {

// Two prices of one device beside a document that was read on a day.
std::vector<std::string> stale(const std::string& read_on, const std::string& second_ends) {
  RegistryRoot root;
  root.write("sources.toml",
             "[paper]\ntitle = \"P\"\nhand = \"first\"\nretrieved = \"" + read_on + "\"\n");
  root.write("prices/a.toml", RegistryRoot::price("a", "2023-01-01", "2023-12-31"));
  root.write("prices/b.toml", RegistryRoot::price("b", "2024-01-01", second_ends));
  return stale_prices(root.load());
}

TEST_CASE("a device whose newest price ended over twelve months ago is named") {
  const std::vector<std::string> old = stale("2026-01-02", "2024-12-31");
  REQUIRE(old.size() == 1);
  CHECK(old.front() ==
        "[registry] the newest price of h100 (b) ended on 2024-12-31, more than twelve months ago");
  CHECK(stale("2025-12-30", "2024-12-31").empty());
  CHECK(stale("2026-01-02", "2025-12-31").empty());
}

TEST_CASE("a registry without dated documents has no age") {
  RegistryRoot root;
  root.write("sources.toml", "[paper]\ntitle = \"P\"\nhand = \"first\"\n");
  root.write("prices/a.toml", RegistryRoot::price("a", "2003-01-01", "2003-12-31"));
  CHECK(newest_reading(root.load()).empty());
  CHECK(stale_prices(root.load()).empty());
}

}  // namespace
}  // namespace assay
