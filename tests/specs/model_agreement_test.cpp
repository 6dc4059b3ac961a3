#include "specs/model_agreement.h"

#include <catch2/catch.hpp>

#include "config/config.h"
#include "error/error.h"
#include "specs/family.h"

using namespace assay;

namespace {

constexpr std::string_view kEarlierMixtral = R"(family = "mixtral"
num_layers = 2
d_model = 64
num_heads = 4
num_kv_heads = 2
d_head = 16
vocab_size = 97
max_seq_len = 48
num_experts = 4
top_k = 2
d_expert = 48
)";

TomlTable resolved(const std::string& more = "") {
  return resolve_model_table(read_toml(std::string(kEarlierMixtral) + more, {.name = "now"}));
}

std::string without(const std::string& text, const std::string& key) {
  const size_t begin = text.find(key + " =");
  REQUIRE(begin != std::string::npos);
  return text.substr(0, begin) + text.substr(text.find('\n', begin) + 1);
}

}  // namespace

TEST_CASE("a table is the same model as itself, with nothing assumed") {
  const ModelAgreement agreement = compare_models(write_toml(resolved()), "state.json", resolved());
  CHECK(agreement.same);
  CHECK(agreement.assumed.empty());
}

TEST_CASE("a key that an earlier program did not have is taken at its default and named") {
  const std::string earlier = without(write_toml(resolved()), "hf_compat");
  const ModelAgreement agreement = compare_models(earlier, "state.json", resolved());
  CHECK(agreement.same);
  CHECK(agreement.assumed == std::vector<std::string>{"hf_compat"});
}

TEST_CASE("a run that sets such a key otherwise is of another model") {
  const std::string earlier = without(write_toml(resolved()), "hf_compat");
  const ModelAgreement agreement =
      compare_models(earlier, "state.json", resolved("hf_compat = true"));
  CHECK_FALSE(agreement.same);
  CHECK(agreement.difference == "hf_compat = false, hf_compat = true");
}

TEST_CASE("a key of a later program is refused, not ignored") {
  CHECK_THROWS_AS(compare_models(std::string(kEarlierMixtral) + "router_jitter = 0.1\n",
                                 "state.json", resolved()),
                  DataError);
}
