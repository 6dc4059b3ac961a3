#include "record/run_writer.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <functional>

#include "error/error.h"
#include "record/run_record.h"
#include "run_fixture.h"

namespace assay {
namespace {

using Catch::Contains;
using test::second_step;
using test::small_manifest;
using test::TemporaryFolder;

// Runs `body` in a process of its own and returns its exit status.
int in_child(const std::function<int()>& body) {
  const pid_t pid = fork();
  if (pid == 0) {
    int status = 99;
    try {
      status = body();
    } catch (...) {
    }
    _exit(status);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST_CASE("what is consumed is read back") {
  TemporaryFolder folder;
  const auto dir = folder.path() / "a" / "run";
  {
    const auto writer = RunWriter::create(dir, small_manifest(100));
    writer->consume(second_step(1, 101));
    writer->consume(EnergySample{.time_unix_s = 101, .source = "rapl", .energy = Joules(3)});
    writer->consume(test::event("eval", 1, 102, 1));
    writer->check();
  }
  const RunRecord record = read_run(dir);
  CHECK(record.manifest().run_id == "small");
  CHECK(record.steps.size() == 1);
  CHECK(record.energy.at(0).node == "0");
  REQUIRE(record.events.size() == 2);
  CHECK(record.events[0].kind == "run_start");
  CHECK(record.events[0].time_unix_s == 100);
  CHECK(record.warnings.empty());
}

TEST_CASE("a folder that holds a run is not overwritten") {
  TemporaryFolder folder;
  RunWriter::create(folder.path(), small_manifest(100));
  const std::string before = test::read_text(folder.path() / "manifest.json");
  CHECK_THROWS_AS(RunWriter::create(folder.path(), small_manifest(200)), DataError);
  // Whoever can resume says so; generate cannot.
  CHECK_THROWS_WITH(
      require_no_run(folder.path()),
      Catch::Contains("already holds a run; name another: ") && !Catch::Contains("--resume"));
  CHECK_NOTHROW(require_no_run(folder.path() / "free"));
  CHECK(test::read_text(folder.path() / "manifest.json") == before);
}

TEST_CASE("two processes cannot write one run") {
  TemporaryFolder folder;
  const auto writer = RunWriter::create(folder.path(), small_manifest(100));
  CHECK_THROWS_WITH(RunWriter::resume(folder.path(), small_manifest(200)),
                    Contains("another process is writing this run"));
}

TEST_CASE("a run that is not there cannot be resumed") {
  TemporaryFolder folder;
  CHECK_THROWS_AS(RunWriter::resume(folder.path(), small_manifest(200)), DataError);
}

TEST_CASE("steps after the resumed one are superseded and stay readable") {
  TemporaryFolder folder;
  {
    const auto writer = RunWriter::create(folder.path(), small_manifest(100));
    for (int64_t i = 1; i <= 5; ++i) writer->consume(second_step(i, 100.0 + double(i)));
  }
  {
    const auto writer = RunWriter::resume(folder.path(), small_manifest(200, 3));
    CHECK(writer->attempt() == 1);
    writer->consume(second_step(4, 201));
  }
  const RunRecord record = read_run(folder.path());
  REQUIRE(record.steps.size() == 4);
  CHECK(record.steps[3].attempt == 1);
  REQUIRE(record.superseded.size() == 2);
  CHECK(record.superseded[0].step == 4);
  CHECK(record.superseded[1].step == 5);
  CHECK(record.manifests.size() == 2);
  CHECK(record.events.back().kind == "resume");
  CHECK(record.events.back().step == 3);
}

TEST_CASE("steps that a resume threw away do not count even before they are done again") {
  TemporaryFolder folder;
  {
    const auto writer = RunWriter::create(folder.path(), small_manifest(100));
    for (int64_t i = 1; i <= 5; ++i) writer->consume(second_step(i, 100.0 + double(i)));
  }
  RunWriter::resume(folder.path(), small_manifest(200, 3));
  const RunRecord record = read_run(folder.path());
  CHECK(record.steps.size() == 3);
  CHECK(record.superseded.size() == 2);
}

TEST_CASE("a resume cuts a torn last line") {
  TemporaryFolder folder;
  {
    const auto writer = RunWriter::create(folder.path(), small_manifest(100));
    writer->consume(second_step(1, 101));
  }
  const auto steps = folder.path() / "steps.jsonl";
  test::write_text(steps, test::read_text(steps) + "{\"schema_version\":1,\"kind\":\"st");
  {
    const auto writer = RunWriter::resume(folder.path(), small_manifest(200, 1));
    writer->consume(second_step(2, 201));
  }
  const RunRecord record = read_run(folder.path());
  CHECK(record.steps.size() == 2);
  CHECK(record.warnings.empty());
}

TEST_CASE("a read-only folder is a storage error") {
  if (geteuid() == 0) {
    // Root may write anywhere that is not read-only by itself.
    CHECK_THROWS_AS(RunWriter::create("/proc/assay-run", small_manifest(1)), StorageError);
    CHECK_THROWS_AS(RunWriter::create("/sys/kernel", small_manifest(1)), StorageError);
    return;
  }
  TemporaryFolder folder;
  std::filesystem::permissions(
      folder.path(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  CHECK_THROWS_AS(RunWriter::create(folder.path(), small_manifest(1)), StorageError);
}

TEST_CASE("a full disk is latched, and what was written before can be read") {
  TemporaryFolder folder;
  const int status = in_child([&] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = 4000, .rlim_max = 4000};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 10;
    const auto writer = RunWriter::create(folder.path(), small_manifest(100));
    for (int64_t i = 1; i <= 100; ++i) writer->consume(second_step(i, 100.0 + double(i)));
    if (!writer->error()) return 11;
    try {
      writer->check();
    } catch (const StorageError& error) {
      return std::string(error.what()).find("steps.jsonl") == std::string::npos ? 12 : 6;
    }
    return 13;
  });
  REQUIRE(status == 6);
  const RunRecord record = read_run(folder.path());
  CHECK(record.steps.size() > 3);
  CHECK(record.steps.size() < 100);
  CHECK(record.warnings.empty());  // the torn line was cut off again
}

TEST_CASE("a full disk at the start is a storage error") {
  TemporaryFolder folder;
  const int status = in_child([&] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = 100, .rlim_max = 100};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 10;
    try {
      RunWriter::create(folder.path(), small_manifest(100));
    } catch (const StorageError&) {
      return 6;
    }
    return 13;
  });
  REQUIRE(status == 6);
  CHECK_FALSE(std::filesystem::exists(folder.path() / "manifest.json"));
}

TEST_CASE("a kill loses no line that was consumed") {
  TemporaryFolder folder;
  const int status = in_child([&] {
    const auto writer = RunWriter::create(folder.path(), small_manifest(100));
    for (int64_t i = 1; i <= 50; ++i) writer->consume(second_step(i, 100.0 + double(i)));
    raise(SIGKILL);
    return 0;
  });
  REQUIRE(status == -SIGKILL);
  CHECK(read_run(folder.path()).steps.size() == 50);
}

TEST_CASE("another rank writes its events but no steps") {
  TemporaryFolder folder;
  {
    const auto first = RunWriter::create(folder.path(), small_manifest(100));
    const auto second = RunWriter::join(folder.path(), first->attempt(), {.rank = 1});
    second->consume(second_step(1, 101));
    second->consume(test::event("warning", 0, 102, -1));
  }
  const RunRecord record = read_run(folder.path());
  CHECK(record.steps.empty());
  CHECK(record.events.back().rank == 1);
}

}  // namespace
}  // namespace assay
