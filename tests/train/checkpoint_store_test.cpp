#include "train/checkpoint_store.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "error/error.h"
#include "file_size_limit.h"
#include "scratch_folder.h"

namespace {

namespace fs = std::filesystem;
using assay::CheckpointState;
using assay::CheckpointStore;
using assay::CheckpointTensors;
using assay::testing::FileSizeLimit;
using assay::testing::ScratchFolder;

CheckpointTensors tensors(double value) {
  return {
      .model = {{"a.weight", at::full({3, 4}, value)}, {"b", at::full({2}, value, at::kBFloat16)}},
      .optimizer = {{"applied_steps", at::full({1}, value)}}};
}

CheckpointState state(int64_t step) {
  CheckpointState state{
      .step = step, .stage = "pretrain", .seed = 7, .model_toml = "family = \"x\""};
  state.totals.tokens = 10 * step;
  state.totals.energy = assay::Joules(0.1 + static_cast<double>(step));
  state.totals[assay::RunState::kEval] = assay::Seconds(1.0 / 3);
  return state;
}

std::vector<std::string> names(const CheckpointStore& store) {
  std::vector<std::string> names;
  for (const fs::path& path : store.list()) names.push_back(path.filename().string());
  return names;
}

size_t num_entries(const fs::path& folder) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(folder), {}));
}

void flip_byte(const fs::path& path, int64_t offset_from_end) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(-offset_from_end, std::ios::end);
  const char byte = static_cast<char>(file.get());
  file.seekp(-offset_from_end, std::ios::end);
  file.put(static_cast<char>(byte ^ 1));
}

TEST_CASE("a checkpoint gives back tensors and totals bit by bit") {
  const ScratchFolder scratch;
  CheckpointStore store(scratch.path(), {});
  const fs::path path = store.write(state(3), tensors(0.1));
  CHECK(path.filename() == "step-3");
  const CheckpointTensors read = tensors(0.0);
  assay::load_checkpoint(path, read);
  CHECK(at::equal(read.model[0].second, tensors(0.1).model[0].second));
  CHECK(at::equal(read.model[1].second, tensors(0.1).model[1].second));
  CHECK(at::equal(read.optimizer[0].second, tensors(0.1).optimizer[0].second));
  const CheckpointState back = assay::verify_checkpoint(path);
  CHECK(back.step == 3);
  CHECK(back.seed == 7);
  CHECK(back.totals.tokens == 30);
  CHECK(back.totals.energy == assay::Joules(3.1));
  CHECK(back.totals[assay::RunState::kEval].value() == 1.0 / 3);
  CHECK(back.model_toml == "family = \"x\"");
}

TEST_CASE("energy that was never measured stays absent") {
  const ScratchFolder scratch;
  CheckpointStore store(scratch.path(), {});
  CheckpointState unmetered = state(1);
  unmetered.totals.energy.reset();
  CHECK_FALSE(assay::verify_checkpoint(store.write(unmetered, tensors(0))).totals.energy);
}

TEST_CASE("the last N and every K are kept") {
  const ScratchFolder scratch;
  CheckpointStore store(scratch.path(), {.keep_last = 2, .keep_every = 30});
  for (int64_t step = 10; step <= 80; step += 10) store.write(state(step), tensors(0));
  CHECK(names(store) == std::vector<std::string>{"step-80", "step-70", "step-60", "step-30"});
  CHECK(num_entries(scratch.path()) == 4);
}

TEST_CASE("a checkpoint older than the newest survives its own writing") {
  const ScratchFolder scratch;
  CheckpointStore store(scratch.path(), {.keep_last = 1});
  store.write(state(100), tensors(0));
  store.write(state(50), tensors(0));
  CHECK(names(store) == std::vector<std::string>{"step-100", "step-50"});
}

TEST_CASE("writing a step again replaces it whole") {
  const ScratchFolder scratch;
  CheckpointStore store(scratch.path(), {});
  store.write(state(5), tensors(1.0));
  const fs::path path = store.write(state(5), tensors(2.0));
  const CheckpointTensors read = tensors(0.0);
  assay::load_checkpoint(path, read);
  CHECK(at::equal(read.model[0].second, tensors(2.0).model[0].second));
  CHECK(num_entries(scratch.path()) == 1);
}

TEST_CASE("a full disk loses no earlier checkpoint and leaves no rubbish") {
  const ScratchFolder scratch;
  CheckpointStore store(scratch.path(), {.keep_last = 1});
  store.write(state(1), tensors(1.0));
  {
    const FileSizeLimit limit(64);
    CHECK_THROWS_AS(store.write(state(2), tensors(2.0)), assay::StorageError);
  }
  CHECK(names(store) == std::vector<std::string>{"step-1"});
  CHECK(num_entries(scratch.path()) == 1);
  CHECK(assay::verify_checkpoint(scratch.path() / "step-1").step == 1);
}

TEST_CASE("what a killed writer left is removed at the next start") {
  const ScratchFolder scratch;
  fs::create_directories(scratch.path() / ".tmp-step-9.1234");
  std::ofstream(scratch.path() / ".tmp-step-9.1234" / "model.safetensors") << "half";
  CheckpointStore store(scratch.path(), {});
  CHECK(store.list().empty());
  store.open();
  CHECK(num_entries(scratch.path()) == 0);
}

TEST_CASE("damage is found by digest and named") {
  const ScratchFolder scratch;
  CheckpointStore store(scratch.path(), {});
  const fs::path path = store.write(state(1), tensors(1.0));
  std::string expected;
  SECTION("a flipped bit") {
    flip_byte(path / "model.safetensors", 1);
    expected = "sha256";
  }
  SECTION("a cut file") {
    fs::resize_file(path / "optimizer.safetensors", 20);
    expected = "cut off";
  }
  SECTION("a missing file") {
    fs::remove(path / "model.safetensors");
    expected = "missing";
  }
  SECTION("a broken state") {
    fs::resize_file(path / "state.json", 40);
    expected = "corrupt";
  }
  SECTION("no state") {
    fs::remove(path / "state.json");
    expected = "cannot be read";
  }
  SECTION("another program's state") {
    std::ofstream(path / "state.json") << R"({"format": "other"})";
    expected = "not a checkpoint of this program";
  }
  SECTION("a later version") {
    std::ofstream(path / "state.json") << R"({"format": "assay-checkpoint", "version": 99})";
    expected = "unknown version";
  }
  CHECK_THROWS_AS(assay::verify_checkpoint(path), assay::DataError);
  CHECK_THROWS_WITH(assay::verify_checkpoint(path),
                    Catch::Contains(expected) && Catch::Contains(path.string()));
}

TEST_CASE("the newest valid checkpoint is taken and the refused ones are named") {
  const ScratchFolder scratch;
  CheckpointStore store(scratch.path(), {.keep_last = 5});
  for (const int64_t step : {9, 10, 11}) store.write(state(step), tensors(0));
  flip_byte(scratch.path() / "step-11" / "model.safetensors", 1);
  std::vector<std::string> warnings;
  const auto accept = [](const fs::path& path) { assay::verify_checkpoint(path); };
  const auto warn = [&](const std::string& text) { warnings.push_back(text); };
  CHECK(store.newest_accepted(accept, warn)->filename() == "step-10");
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], Catch::Contains("step-11"));
  for (const int64_t step : {9, 10}) {
    fs::remove(scratch.path() / ("step-" + std::to_string(step)) / "state.json");
  }
  CHECK_FALSE(store.newest_accepted(accept, warn));
}

TEST_CASE("a foreign checkpoint names the first tensor that does not fit") {
  const ScratchFolder scratch;
  CheckpointStore store(scratch.path(), {});
  const fs::path path = store.write(state(1), tensors(1.0));
  CheckpointTensors other = tensors(0.0);
  std::string expected;
  SECTION("another shape") {
    other.model[0].second = at::zeros({4, 4});
    expected = "a.weight is F32 [3, 4], the model wants F32 [4, 4]";
  }
  SECTION("another type") {
    other.model[1].second = at::zeros({2});
    expected = "b is BF16";
  }
  SECTION("a missing tensor") {
    other.model.emplace_back("c", at::zeros({1}));
    expected = "missing";
  }
  SECTION("one too many") {
    other.model.pop_back();
    expected = "not one of this model";
  }
  const at::Tensor before = other.model[0].second.clone();
  CHECK_THROWS_AS(assay::load_checkpoint(path, other), assay::DataError);
  CHECK_THROWS_WITH(assay::load_checkpoint(path, other), Catch::Contains(expected));
  CHECK(at::equal(other.model[0].second, before));
}

}  // namespace
