#include "config/field_parser.h"

#include <catch2/catch.hpp>

#include "error/error.h"
#include "example_config.h"

namespace assay {
namespace {

/// The message of the ConfigError that reading `toml` throws.
std::string fault_of(std::string_view toml) {
  try {
    parse_example(toml);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("every field type is read") {
  const ExampleConfig config = parse_example(R"(
title = "a"
corpus = "gcide"
[train]
steps = 7
learning_rate = 1  # a whole number is a fine number
compile = true
optimizer = "sgd"
colour = "green"
limit = "30 min"
clip = 0.5
price = "0.10 USD/gpu_h"
sizes = [3, 4, 5]
[[stages]]
name = "pretrain"
[[stages]]
name = "sft"
steps = 9
[weights]
a = 0.25
b = 2
[model]
family = "gpt2"
)");
  CHECK(config.train.steps == 7);
  CHECK(config.train.learning_rate == 1.0);
  CHECK(config.train.compile);
  CHECK(config.train.optimizer == "sgd");
  CHECK(config.train.colour == Colour::kGreen);
  CHECK(config.train.limit == Seconds(1800));
  CHECK(config.train.clip == 0.5);
  REQUIRE(config.train.price);
  CHECK(config.train.price->value == 0.10);
  CHECK(config.train.price->currency == "USD");
  CHECK(config.train.sizes == std::vector<int64_t>{3, 4, 5});
  REQUIRE(config.stages.size() == 2);
  CHECK(config.stages[0].steps == 1);
  CHECK(config.stages[1].name == "sft");
  CHECK(config.weights == std::map<std::string, double>{{"a", 0.25}, {"b", 2.0}});
  CHECK(config.model.find("family") != nullptr);
  CHECK(to_string(config.corpus.place) == "run.toml:3:10");
}

TEST_CASE("absent keys keep their defaults") {
  const ExampleConfig config = parse_example("title = \"a\"");
  CHECK(config.train.steps == 2000);
  CHECK_FALSE(config.train.clip);
  CHECK(config.train.sizes == std::vector<int64_t>{1, 2});
  CHECK(config.stages.empty());
}

TEST_CASE("an unknown key is an error with its place and the nearest known key") {
  CHECK(fault_of("title = \"a\"\n[train]\n  stpes = 3\n") ==
        "[config] run.toml:3:3: unknown key \"stpes\"; nearest known key: \"steps\"");
  CHECK(fault_of("titel = \"a\"\ntitle = \"a\"") ==
        "[config] run.toml:1:1: unknown key \"titel\"; nearest known key: \"title\"");
}

TEST_CASE("a repeated key is an error with its place") {
  CHECK(fault_of("title = \"a\"\ntitle = \"b\"").rfind("[config] run.toml:2:", 0) == 0);
  CHECK(fault_of("title = \"a\"\ntitle = \"b\"").find("repeated key") != std::string::npos);
  CHECK(fault_of("title = \"a\"\n[train]\n[train]").find("repeated key") != std::string::npos);
}

TEST_CASE("a wrong type is an error with its place") {
  CHECK(fault_of("title = 1") ==
        "[config] run.toml:1:9: wrong type: expected a string, found an integer");
  CHECK(fault_of("title = \"a\"\n[train]\nsteps = 1.5") ==
        "[config] run.toml:3:9: wrong type: expected an integer, found a number");
  CHECK(fault_of("title = \"a\"\n[train]\ncompile = 1") ==
        "[config] run.toml:3:11: wrong type: expected true or false, found an integer");
  CHECK(fault_of("title = \"a\"\ntrain = 1") ==
        "[config] run.toml:2:9: wrong type: expected a table, found an integer");
  CHECK(fault_of("title = \"a\"\n[train]\nsizes = 1") ==
        "[config] run.toml:3:9: wrong type: expected an array, found an integer");
  CHECK(fault_of("title = \"a\"\n[train]\nsizes = [1, \"b\"]") ==
        "[config] run.toml:3:13: wrong type: expected an integer, found a string");
}

TEST_CASE("a value out of range is an error with its place and the range") {
  CHECK(fault_of("title = \"a\"\n[train]\nsteps = 0") ==
        "[config] run.toml:3:9: out of range: 0, must be at least 1");
  CHECK(fault_of("title = \"a\"\n[train]\nlearning_rate = -1") ==
        "[config] run.toml:3:17: out of range: -1, must be above 0 and at most 1");
  CHECK(fault_of("title = \"a\"\n[train]\nlearning_rate = nan") ==
        "[config] run.toml:3:17: not a finite number");
  CHECK(fault_of("title = \"a\"\n[train]\nclip = 0") ==
        "[config] run.toml:3:8: out of range: 0, must be above 0");
  CHECK(fault_of("title = \"a\"\n[train]\nsizes = []") ==
        "[config] run.toml:3:9: must not be empty");
  CHECK(fault_of("title = \"a\"\n[weights]\nx = -0.5") ==
        "[config] run.toml:3:5: out of range: -0.5, must be at least 0");
}

TEST_CASE("an unknown name lists the known ones") {
  CHECK(fault_of("title = \"a\"\n[train]\noptimizer = \"adam\"") ==
        "[config] run.toml:3:13: unknown name \"adam\"; nearest known: \"adamw\" (known: adamw, "
        "sgd)");
  CHECK(fault_of("title = \"a\"\n[train]\ncolour = \"gren\"") ==
        "[config] run.toml:3:10: unknown name \"gren\"; nearest known: \"green\" (known: red, "
        "green)");
}

TEST_CASE("a missing required key is an error at its table") {
  CHECK(fault_of("[train]") == "[config] run.toml:1:1: missing key \"title\"");
  CHECK(fault_of("title = \"a\"\n[[stages]]\nsteps = 2") ==
        "[config] run.toml:2:1: missing key \"name\"");
}

TEST_CASE("a bare number or a wrong unit is an error where a unit is asked for") {
  CHECK(fault_of("title = \"a\"\n[train]\nlimit = 30").find("run.toml:3:9: wrong type") !=
        std::string::npos);
  CHECK(fault_of("title = \"a\"\n[train]\nlimit = \"30\"").find("a bare number has no unit") !=
        std::string::npos);
  CHECK(fault_of("title = \"a\"\n[train]\nprice = \"2 USD\"") ==
        "[config] run.toml:3:9: wrong unit: \"2 USD\", must be in a unit like /gpu_h");
}

TEST_CASE("a date must be quoted") {
  CHECK(fault_of("title = 2024-01-01") ==
        "[config] run.toml:1:9: a date or time is written as a quoted string");
}

TEST_CASE("validate names the place of the key it is about") {
  CHECK(fault_of("title = \"a\"\n\ncorpus = \"a\"") ==
        "[config] run.toml:3:1: the corpus is called like the run");
}

TEST_CASE("a message is one line whatever the file holds") {
  const std::string fault = fault_of("title = \"a\"\n\"\\u001b[31m\\nx\" = 1");
  CHECK(fault.find('\n') == std::string::npos);
  CHECK(fault.find('\x1b') == std::string::npos);
  CHECK(fault.find("\\x1b[31m\\x0ax") != std::string::npos);
  const std::string huge = fault_of("title = \"a\"\n" + std::string(1'000'000, 'k') + " = 1");
  CHECK(huge.size() < 2500);
  CHECK(huge.find(" ...") != std::string::npos);
}

TEST_CASE("a data file's faults are data errors") {
  CHECK_THROWS_AS(parse_example("titel = 1", DocumentKind::kData), DataError);
  CHECK_THROWS_AS(parse_example("title = ", DocumentKind::kData), DataError);
}

TEST_CASE("a file that is not there is an error that names it") {
  CHECK_THROWS_WITH(load_config<ExampleConfig>("no/such.toml"),
                    "[config] no/such.toml: the file cannot be read");
  CHECK_THROWS_AS(load_data<ExampleConfig>("no/such.toml", "registry"), DataError);
}

}  // namespace assay
