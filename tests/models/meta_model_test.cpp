#include <unistd.h>
#include <catch2/catch.hpp>

#include <fstream>

#include "config/config.h"
#include "models/model_family.h"
#include "small_models.h"
#include "specs/family.h"

using namespace assay;

namespace {

/// The [config] of a registry file: what `assay models show` computes with.
TomlTable preset(const std::string& id) {
  const TomlTable file = read_toml_file(
      std::string(ASSAY_SOURCE_DIR) + "/configs/registry/models/" + id + ".toml", {});
  return std::get<TomlTable>(file.find("config")->value);
}

/// Bytes of this process in memory.
int64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  int64_t pages_mapped = 0;
  int64_t pages_resident = 0;
  REQUIRE(statm >> pages_mapped >> pages_resident);
  return pages_resident * ::sysconf(_SC_PAGESIZE);
}

}  // namespace

TEST_CASE("DeepSeek-V3's 671 billion parameters are built without memory for one of them") {
  const TomlTable table = preset("deepseek-v3");
  const int64_t before = resident_bytes();
  const auto model = make_meta_model(table);
  CHECK(num_stored(*model) == 671'026'419'200);
  CHECK(resident_bytes() - before < 64'000'000);
}

TEST_CASE("published models are built at full size on the meta device, to the last parameter") {
  for (const char* id : {"deepseek-v3", "deepseek-v2", "kimi-k2", "llama-3.1-405b",
                         "qwen3-235b-a22b", "gpt-oss-120b", "glm-4.5", "mixtral-8x22b"}) {
    INFO(id);
    const TomlTable table = preset(id);
    const auto model = make_meta_model(table);
    CHECK(num_stored(*model) == spec_from_table(table, id).parameters.total);
    CHECK(model->parameters().front().is_meta());
  }
}

TEST_CASE("every family is built on the meta device with the names and shapes it has elsewhere") {
  for (const SmallModel& small : small_models()) {
    INFO(small.name);
    const auto meta = make_meta_model(table_of(small));
    const auto real = make(small);
    const auto weights = real->named_parameters();
    REQUIRE(meta->named_parameters().size() == weights.size());
    for (const auto& parameter : meta->named_parameters()) {
      CHECK(parameter.value().sizes() == weights[parameter.key()].sizes());
      CHECK(parameter.value().is_meta());
    }
    CHECK(real->parameters().front().is_cpu());
  }
}
