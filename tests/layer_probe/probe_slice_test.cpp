#include "layer_probe/probe_slice.h"

#include <catch2/catch.hpp>

#include "error/error.h"
#include "layer_probe/table_editor.h"
#include "tests/layer_probe/probed_models.h"

namespace assay {
namespace {

int64_t number(const TomlTable& table, const std::string& path) {
  TomlTable copy = table;
  return TableEditor(copy).integer(path).value();
}

TEST_CASE("a dense model is one block, a model with dense blocks two slices, windows a pair") {
  CHECK(probe_slices(resolved(small_model("llama")), {}).size() == 1);
  const auto deepseek = probe_slices(resolved(small_model("deepseek like V3")), {});
  REQUIRE(deepseek.size() == 2);
  CHECK(number(deepseek[0].table, "num_layers") == 1);
  CHECK(number(deepseek[0].table, "num_dense_layers") == 0);
  CHECK(number(deepseek[1].table, "num_layers") == 2);
  CHECK(deepseek[1].num_dense == 1);
  const auto pair = probe_slices(
      resolved(small_model("gpt_oss, with a window longer than the test's sequences")), {});
  REQUIRE(pair.size() == 1);
  CHECK(pair[0].num_blocks == 2);
}

TEST_CASE("every slice of every small model is a model that its family accepts") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    for (const int64_t divisor : {1, 2}) {
      for (const ProbeSlice& slice :
           probe_slices(resolved(model.toml), {.width_divisor = divisor})) {
        CHECK(spec_from_table(slice.table, "slice").num_layers == slice.num_blocks);
      }
    }
  }
}

TEST_CASE("width divides widths, heads and vocabulary, and keeps queries per key head") {
  const TomlTable table = resolved(R"(family = "llama"
num_layers = 80
d_model = 8192
num_heads = 64
num_kv_heads = 8
d_head = 128
d_ff = 28672
vocab_size = 128256
max_seq_len = 8192
)");
  const TomlTable part = with_divided_width(table, 16);
  CHECK(number(part, "d_model") == 512);
  CHECK(number(part, "d_ff") == 1792);
  CHECK(number(part, "num_kv_heads") == 1);
  CHECK(number(part, "num_heads") == 8);
  CHECK(number(part, "d_head") == 128);
  CHECK(number(part, "vocab_size") == 8016);
  CHECK(number(part, "num_layers") == 80);
  CHECK(number(with_divided_width(table, 1), "d_model") == 8192);
}

TEST_CASE("tensor parallelism divides heads, widths and vocabulary") {
  const TomlTable table = resolved(R"(family = "llama"
num_layers = 80
d_model = 8192
num_heads = 64
num_kv_heads = 4
d_head = 128
d_ff = 28672
vocab_size = 128257
max_seq_len = 8192
)");
  const TomlTable part = probe_slices(table, {.tensor = 8}).front().table;
  CHECK(number(part, "num_heads") == 8);
  CHECK(number(part, "num_kv_heads") == 1);  // each is held by two devices
  CHECK(number(part, "d_ff") == 3584);
  CHECK(number(part, "vocab_size") == 16033);
  CHECK(number(part, "d_model") == 8192);
  CHECK_THROWS_AS(probe_slices(table, {.tensor = 3}), ConfigError);
  CHECK_THROWS_WITH(probe_slices(resolved(small_model("gpt2")), {.tensor = 2}),
                    Catch::Contains("only tp=1"));
}

TEST_CASE("a family of accounting only is refused") {
  const TomlTable table = resolved(R"(family = "gpt3"
num_layers = 2
d_model = 64
num_heads = 4
vocab_size = 97
max_seq_len = 48
window = 16
)");
  CHECK_THROWS_WITH(probe_slices(table, {}), Catch::Contains("accounting only"));
}

TEST_CASE("balanced routing deals experts out, the router's own leaves them") {
  const TomlTable table = resolved(small_model("mixtral"));
  const auto dealt = [&](bool balanced) {
    const TomlTable part = probe_slices(table, {.balanced = balanced}).front().table;
    return write_toml(part).find("forced_balance = true") != std::string::npos;
  };
  CHECK(dealt(true));
  CHECK_FALSE(dealt(false));
}

}  // namespace
}  // namespace assay
