#include "train/batch_feed.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include <functional>
#include <memory>
#include <vector>

#include "formats/document_starts.h"
#include "formats/token_shard_writer.h"
#include "recorded_run.h"
#include "scratch_folder.h"
#include "train/step_runner.h"

namespace {

using namespace assay;
using testing::RecordedRun;
using testing::ScratchFolder;

/// A side stream of the host: does at once what it is given.
class HostSideStream : public SideStream {
 public:
  explicit HostSideStream(int& num_runs) : num_runs_(num_runs) {}
  void mark() override { ++num_marks_; }
  void run(const std::function<void()>& work) override {
    REQUIRE(num_marks_ > num_runs_);  // behind a place that was marked since the last work
    ++num_runs_;
    work();
  }
  void join() override {}

 private:
  int num_marks_ = 0;
  int& num_runs_;
};

/// 40 tokens in three documents.
data::TokenDataset three_documents(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "a.tok";
  TokenShardWriter shard(path, "numbers", testing::kRecordedVocab);
  shard.append(std::vector<uint32_t>(40, 1));
  shard.commit();
  DocumentStartsWriter documents(document_starts_path(path));
  documents.append(std::vector<uint64_t>{0, 7, 19});
  documents.commit(40);
  const std::vector<std::filesystem::path> shards{path};
  return data::TokenDataset::open(shards, {"numbers", testing::kRecordedVocab, true});
}

void check_same(const std::vector<Batch>& got, const std::vector<Batch>& expected) {
  REQUIRE(got.size() == expected.size());
  for (size_t i = 0; i < got.size(); ++i) {
    CHECK(got[i].tokens.equal(expected[i].tokens));
    CHECK(got[i].targets.equal(expected[i].targets));
    CHECK(got[i].document_ids.has_value() == expected[i].document_ids.has_value());
    CHECK(got[i].loss_weight.has_value() == expected[i].loss_weight.has_value());
  }
}

TEST_CASE("a feed brings each step's batches, in order and after a jump") {
  const ScratchFolder scratch;
  RecordedRun run(scratch.path(), testing::dense_toml(),
                  RecordedRun::options_with(StepGraphs::kOff));
  const StepParts parts = run.parts();
  int num_runs = 0;
  BatchFeed feed(parts, std::make_unique<HostSideStream>(num_runs));
  for (const int64_t step : {1, 2, 3, 4, 9, 10, 3}) {
    INFO("step " << step);
    parts.profiler.begin_step();
    const std::vector<Batch> batches = feed.take(step);
    check_same(batches, batches_of(parts, step));
    feed.prefetch(step + 1);
    check_same(batches, batches_of(parts, step));  // what the step reads is not written over
    parts.profiler.end_step();
  }
  CHECK(num_runs == 7);
}

TEST_CASE("a feed takes what was brought, and its memory takes turns") {
  const ScratchFolder scratch;
  RecordedRun run(scratch.path(), testing::dense_toml(),
                  RecordedRun::options_with(StepGraphs::kOff));
  const StepParts parts = run.parts();
  int num_runs = 0;
  BatchFeed feed(parts, std::make_unique<HostSideStream>(num_runs));
  std::vector<const void*> places;
  for (int64_t step = 1; step <= 6; ++step) {
    parts.profiler.begin_step();
    places.push_back(feed.take(step)[0].tokens.const_data_ptr());
    feed.prefetch(step + 1);
    parts.profiler.end_step();
  }
  for (size_t i = 2; i < places.size(); ++i) {
    CHECK(places[i] == places[i - 2]);
    CHECK(places[i] != places[i - 1]);
  }
}

TEST_CASE("document ids stay as they were read, or are brought to memory that takes turns") {
  const auto where = GENERATE(BatchFeed::Documents::kOnHost, BatchFeed::Documents::kOnDevice);
  const ScratchFolder scratch;
  RecordedRun run(scratch.path(), testing::dense_toml(),
                  RecordedRun::options_with(StepGraphs::kOff));
  run.batches = data::BatchStream(three_documents(scratch.path()), run.batches.options());
  const StepParts parts = run.parts();
  int num_runs = 0;
  BatchFeed feed(parts, std::make_unique<HostSideStream>(num_runs), where);
  std::vector<at::Tensor> ids;
  for (int64_t step = 1; step <= 3; ++step) {
    parts.profiler.begin_step();
    const std::vector<Batch> batches = feed.take(step);
    REQUIRE(batches[0].document_ids.has_value());
    CHECK(batches[0].document_ids->equal(*batches_of(parts, step)[0].document_ids));
    ids.push_back(*batches[0].document_ids);
    feed.prefetch(step + 1);
    parts.profiler.end_step();
  }
  CHECK(ids[2].is_same(ids[0]) == (where == BatchFeed::Documents::kOnDevice));
}

TEST_CASE("the copies of the next step overlap with the phases of this one") {
  const ScratchFolder scratch;
  RecordedRun run(scratch.path(), testing::dense_toml(),
                  RecordedRun::options_with(StepGraphs::kOff));
  int num_runs = 0;
  StepRunner runner(run.parts(), StepGraphs::kOff, std::make_unique<HostSideStream>(num_runs));
  runner.run(1, 1e-3);
  CHECK(num_runs == 1);
  const StepParts parts = run.parts();
  parts.profiler.finish();
  REQUIRE(parts.profiler.take_finished());
  const std::vector<TimelineSpan>& beside = parts.profiler.timeline().overlapped;
  REQUIRE(beside.size() == 1);
  CHECK(beside[0].name == "data");
}

TEST_CASE("steps with a feed beside them are the steps without one") {
  const bool graphs = GENERATE(false, true);
  const ScratchFolder a;
  const ScratchFolder b;
  const StepGraphs setting = graphs ? StepGraphs::kAuto : StepGraphs::kOff;
  RecordedRun plain_run(a.path(), testing::dense_toml(), RecordedRun::options_with(setting));
  RecordedRun fed_run(b.path(), testing::dense_toml(), RecordedRun::options_with(setting));
  int num_runs = 0;
  StepRunner plain(plain_run.parts(), setting);
  StepRunner fed(fed_run.parts(), setting, std::make_unique<HostSideStream>(num_runs));
  for (int64_t step = 1; step <= 6; ++step) {
    INFO("step " << step);
    const double loss = plain.run(step, 1e-3).read({}, 0).loss;
    CHECK(fed.run(step, 1e-3).read({}, 0).loss == loss);
  }
  CHECK(fed.launches().replayed == (graphs ? 4 : 0));
}

TEST_CASE("without a side stream a feed reads when it is asked") {
  const ScratchFolder scratch;
  RecordedRun run(scratch.path(), testing::dense_toml(),
                  RecordedRun::options_with(StepGraphs::kOff));
  BatchFeed feed(run.parts(), make_side_stream(at::kCPU));
  check_same(feed.take(4), batches_of(run.parts(), 4));
  feed.prefetch(5);
  check_same(feed.take(5), batches_of(run.parts(), 5));
}

}  // namespace
