#include "config/config.h"

#include <catch2/catch.hpp>

#include <random>

#include "example_config.h"

namespace assay {
namespace {

ExampleConfig full_example() {
  return parse_example(R"(
title = "line\nbreak \"quoted\" back\\slash tab\t \u65e5\u672c"
[train]
learning_rate = 3.0000000000000001e-4
clip = 1
price = "0.10 USD/gpu_h"
[[stages]]
name = "a"
[weights]
"odd key.x" = 0.1
[model]
family = "gpt2"
nested = { a = [1, 2.5, true] }
)");
}

}  // namespace

TEST_CASE("the canonical TOML reads back as the same config") {
  const ExampleConfig config = full_example();
  const std::string text = dump_toml(config);
  const ExampleConfig again = parse_example(text);
  CHECK(dump_toml(again) == text);
  CHECK(again.title == config.title);
  CHECK(again.train.learning_rate == config.train.learning_rate);
  CHECK(again.train.clip == 1.0);
  CHECK(again.weights.at("odd key.x") == 0.1);
  CHECK(again.stages.at(0).name == "a");
}

TEST_CASE("the canonical TOML says every default") {
  const std::string text = dump_toml(parse_example("title = \"a\""));
  CHECK(text.find("steps = 2000\n") != std::string::npos);
  CHECK(text.find("limit = \"3600 s\"\n") != std::string::npos);
  CHECK(text.find("colour = \"red\"\n") != std::string::npos);
  CHECK(text.find("clip") == std::string::npos);
}

TEST_CASE("the hash does not see order, comments or spelled-out defaults, but every value") {
  const std::string hash = config_sha256(parse_example("title = \"a\"\n[train]\nsteps = 3"));
  CHECK(hash.size() == 64);
  CHECK(config_sha256(
            parse_example("train = { compile = false, steps = 3 } # note\ntitle = \"a\"")) == hash);
  CHECK(config_sha256(parse_example("title = \"a\"\n[train]\nsteps = 4")) != hash);
}

TEST_CASE("any text and number survives the canonical TOML") {
  std::mt19937_64 random(7);
  for (int i = 0; i < 200; ++i) {
    ExampleConfig config = parse_example("title = \"a\"");
    config.title.clear();
    for (int n = 0; n < 12; ++n) config.title += static_cast<char>(random() % 127 + 1);
    config.train.learning_rate = std::ldexp(static_cast<double>(random() >> 11), -54) + 1e-300;
    const ExampleConfig again = parse_example(dump_toml(config));
    CHECK(again.title == config.title);
    CHECK(again.train.learning_rate == config.train.learning_rate);
  }
}

TEST_CASE("help has a line for every key with type, default and rule") {
  const std::string help = help_text<ExampleConfig>();
  CHECK(help.find("title                text [required]  of the run") != std::string::npos);
  CHECK(help.find("train.steps          integer [2000]  optimizer steps (at least 1)") !=
        std::string::npos);
  CHECK(help.find("red|green [\"red\"]") != std::string::npos);
  CHECK(help.find("stages[].name") != std::string::npos);
}

TEST_CASE("a config made in code is checked by the same rules") {
  TrainExample train;
  CHECK_NOTHROW(check_config(train, {.name = "made in code"}));
  train.steps = -1;
  CHECK_THROWS_WITH(check_config(train, {.name = "made in code"}),
                    "[config] made in code: steps: out of range: -1, must be at least 1");
}

}  // namespace assay
