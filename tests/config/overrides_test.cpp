#include "config/overrides.h"

#include <catch2/catch.hpp>

#include "error/error.h"
#include "example_config.h"

namespace assay {
namespace {

ExampleConfig load(const Overrides& overrides) {
  TomlTable table =
      read_toml("title = \"file\"\n[train]\nsteps = 1\noptimizer = \"sgd\"", {.name = "run.toml"});
  apply_overrides(table, overrides, list_fields<ExampleConfig>());
  return parse_table<ExampleConfig>(table);
}

}  // namespace

TEST_CASE("an override beats the environment, which beats the file") {
  const std::map<std::string, std::string> environment{{"ASSAY_TRAIN_STEPS", "2"},
                                                       {"ASSAY_TRAIN_CLIP", "0.5"}};
  const ExampleConfig config =
      load({.set = {"train.steps=3"}, .environment = environment, .aliases = {}});
  CHECK(config.train.steps == 3);
  CHECK(config.train.clip == 0.5);
  CHECK(config.train.optimizer == "sgd");
}

TEST_CASE("the last --set of a key wins") {
  CHECK(load({.set = {"train.steps=3", "train.steps=4"}}).train.steps == 4);
}

TEST_CASE("an override is read by its field's type") {
  const ExampleConfig config = load(
      {.set = {"title=a=b", "train.compile=true", "train.learning_rate=1e-4", "train.sizes=[5, 6]",
               "train.limit=2 h", "train.colour=green", "weights.x=0.5", "corpus=\"quoted\""}});
  CHECK(config.title == "a=b");
  CHECK(config.train.compile);
  CHECK(config.train.learning_rate == 1e-4);
  CHECK(config.train.sizes == std::vector<int64_t>{5, 6});
  CHECK(config.train.limit == Seconds(7200));
  CHECK(config.train.colour == Colour::kGreen);
  CHECK(config.weights.at("x") == 0.5);
  CHECK(config.corpus.value == "quoted");
}

TEST_CASE("an override's error names the override") {
  CHECK_THROWS_WITH(load({.set = {"train.stpes=3"}}),
                    "[config] --set train.stpes=3: unknown key \"stpes\"; nearest known key: "
                    "\"steps\"");
  CHECK_THROWS_WITH(load({.set = {"train.steps=0"}}),
                    "[config] --set train.steps=0: out of range: 0, must be at least 1");
  CHECK_THROWS_WITH(load({.set = {"train.steps=many"}}),
                    "[config] --set train.steps=many: wrong type: expected an integer, found "
                    "\"many\"");
  CHECK_THROWS_WITH(load({.set = {"train=3"}}),
                    "[config] --set train=3: wrong type: expected a table, found \"3\"");
  CHECK_THROWS_WITH(load({.set = {}, .environment = {{"ASSAY_TRAIN_STEPS", "x"}}, .aliases = {}}),
                    "[config] ASSAY_TRAIN_STEPS=x: wrong type: expected an integer, found \"x\"");
}

TEST_CASE("an override that cannot have a place is an error") {
  CHECK_THROWS_WITH(load({.set = {"train.steps"}}),
                    "[config] --set train.steps: an override reads key=value or section.key=value");
  CHECK_THROWS_WITH(load({.set = {"=3"}}),
                    "[config] --set =3: an override reads key=value or section.key=value");
  CHECK_THROWS_WITH(load({.set = {"train.=3"}}),
                    "[config] --set train.=3: an override reads key=value or section.key=value");
  CHECK_THROWS_WITH(load({.set = {"title.x=3"}}),
                    "[config] --set title.x=3: \"title\" is not a table but a string");
}

TEST_CASE("an alias sets the key that it names") {
  const ExampleConfig config = load({.set = {},
                                     .environment = {{"ASSAY_METRICS_LISTEN", "0.0.0.0:1"}},
                                     .aliases = {{"ASSAY_METRICS_LISTEN", "address"}}});
  CHECK(config.address == "0.0.0.0:1");
}

TEST_CASE("a variable of a section that fits no key is an error, another is not ours") {
  CHECK_THROWS_WITH(
      load({.set = {}, .environment = {{"ASSAY_TRAIN_STPES", "2"}}, .aliases = {}}),
      "[config] ASSAY_TRAIN_STPES=2: no key of the config has this variable; nearest known: "
      "\"ASSAY_TRAIN_STEPS\"");
  CHECK(load({.set = {}, .environment = {{"ASSAY_TORCH_HOME", "/x"}}, .aliases = {}}).title ==
        "file");
}

TEST_CASE("variables reach the keys of a table that another reader knows") {
  const ExampleConfig config =
      load({.set = {}, .environment = {{"ASSAY_MODEL_D_MODEL", "64"}}, .aliases = {}});
  REQUIRE(config.model.find("d_model") != nullptr);
  int64_t d_model = 0;
  parse_value(*config.model.find("d_model"), d_model, {});
  CHECK(d_model == 64);
}

TEST_CASE("a key's variable is its path in capitals") {
  CHECK(environment_name("train.learning_rate") == "ASSAY_TRAIN_LEARNING_RATE");
}

}  // namespace assay
