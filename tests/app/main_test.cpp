#include <unistd.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <string>

#include "program.h"

TEST_CASE("help lists the commands and ends with 0") {
  const ProgramResult result = run_assay({"--help"});
  CHECK(result.exit_code == 0);
  CHECK(result.out.find("Usage: assay COMMAND") != std::string::npos);
  CHECK(result.err.empty());
}

TEST_CASE("no command at all shows the help") {
  CHECK(run_assay({}).out == run_assay({"--help"}).out);
}

TEST_CASE("the version names the program") {
  const ProgramResult result = run_assay({"--version"});
  CHECK(result.exit_code == 0);
  CHECK(result.out.rfind("assay 0.", 0) == 0);
}

TEST_CASE("a name with control characters is escaped, so that an error stays one line") {
  CHECK(run_assay({"sm\nelt"}).err ==
        "assay: [assay] unknown command: sm\\nelt (assay --help lists them)\n");
  CHECK(run_assay({"sm\x1b[31melt\t"}).err ==
        "assay: [assay] unknown command: sm\\x1b[31melt\\t (assay --help lists them)\n");
}

TEST_CASE("a file that the system refuses is named with its words and exit 3, not our bug") {
  const std::filesystem::path loop =
      std::filesystem::temp_directory_path() / ("assay_loop_" + std::to_string(::getpid()));
  std::filesystem::create_symlink(loop.filename(), loop);
  const ProgramResult result = run_assay({"models", "list", "--registry", loop.string()});
  std::filesystem::remove(loop);
  CHECK(result.exit_code == 3);
  CHECK(result.err ==
        "assay: [files] Too many levels of symbolic links: " + loop.string() + "/sources.toml\n");
}

TEST_CASE("an option that names a file or folder by an empty word is refused") {
  for (const char* option : {"--out", "--registry"}) {
    const ProgramResult result = run_assay({"audit", "dsv3-mfu", option, ""});
    CHECK(result.exit_code == 2);
    CHECK(result.err == "assay: [audit] " + std::string(option) + " names no file or folder\n");
  }
  CHECK(run_assay({"report", ASSAY_SOURCE_DIR "/tests/golden/run", "--out", ""}).exit_code == 2);
}

TEST_CASE("an unknown command is one line and exit 2") {
  const ProgramResult result = run_assay({"smelt"});
  CHECK(result.exit_code == 2);
  CHECK(result.out.empty());
  CHECK(result.err == "assay: [assay] unknown command: smelt (assay --help lists them)\n");
}
