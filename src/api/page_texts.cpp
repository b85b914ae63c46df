#include "api/page_texts.h"

#include <array>

namespace caredian::api {

namespace {

struct Row {
    Text what;
    std::string_view ko;
    std::string_view en;
};

constexpr std::array rows{
    Row{Text::sign_in, "로그인", "Sign in"},
    Row{Text::sign_in_lead, "우리 집의 기기와 기록을 보려면 로그인하세요.",
        "Sign in to see your home's devices and records."},
    Row{Text::username, "사용자 이름", "Username"},
    Row{Text::password, "비밀번호", "Password"},
    Row{Text::first_run, "CareDian 시작하기", "Set up CareDian"},
    Row{Text::first_run_lead, "첫 관리자 계정을 만듭니다.",
        "Make the first administrator account."},
    Row{Text::code, "일회용 코드", "One-time code"},
    Row{Text::code_hint, "프로그램을 시작한 화면과 데이터 폴더의 first-run-code 파일에 있습니다.",
        "Shown where the program was started, and in the file first-run-code of its data folder."},
    Row{Text::new_username_hint, "영문 소문자와 숫자, 그리고 . _ - @",
        "Lower-case letters and digits, and . _ - @"},
    Row{Text::new_password_hint, "8자 이상. 길수록 안전합니다.",
        "At least 8 characters. Longer is safer."},
    Row{Text::create, "계정 만들기", "Make the account"},
    Row{Text::refused, "사용자 이름이나 비밀번호가 맞지 않습니다.",
        "The username or the password is wrong."},
    Row{Text::try_later, "여러 번 실패했습니다. 잠시 후 다시 시도하세요.",
        "Too many failed attempts. Wait a little and try again."},
    Row{Text::busy, "지금 요청이 많습니다. 잠시 후 다시 시도하세요.",
        "Too many people sign in right now. Wait a little and try again."},
    Row{Text::unavailable, "지금은 처리할 수 없습니다. 잠시 후 다시 시도하세요.",
        "This does not work right now. Wait a little and try again."},
    Row{Text::other_site, "다른 사이트에서 온 요청은 받지 않습니다.",
        "Requests from other sites are refused."},
    Row{Text::wrong_code, "코드가 맞지 않습니다.", "The code is wrong."},
    Row{Text::bad_name, "이 사용자 이름은 쓸 수 없습니다.", "This username cannot be used."},
    Row{Text::bad_password, "비밀번호는 8자 이상이어야 합니다.",
        "A password needs at least 8 characters."},
    Row{Text::exists, "이미 있는 사용자 이름입니다.", "This username is taken."},
    Row{Text::bad_input, "입력한 내용을 확인하세요.", "Please check what you entered."},
    Row{Text::not_set_up, "아직 설정되지 않았습니다", "Not set up yet"},
    Row{Text::not_set_up_lead, "관리자 계정이 아직 없습니다. 먼저 첫 계정을 만드세요.",
        "There is no administrator yet. Make the first account."},
    Row{Text::set_up, "시작하기", "Set up"},
    Row{Text::or_by, "또는", "or with"},
    Row{Text::provider_denied, "그곳에서 로그인이 거부되었습니다.",
        "The sign-in was refused there."},
    Row{Text::not_admitted, "이 계정으로는 들어올 수 없습니다. 관리자에게 문의하세요.",
        "You may not come in with this account. Ask an administrator."},
    Row{Text::start_again, "로그인이 끝나지 않았습니다. 처음부터 다시 시도하세요.",
        "The sign-in was not completed. Please start again."},
    Row{Text::provider_away, "로그인 서비스가 응답하지 않습니다. 잠시 후 다시 시도하세요.",
        "The sign-in service does not answer. Wait a little and try again."},
    Row{Text::provider_wrong, "로그인 서비스의 응답을 믿을 수 없어 중단했습니다.",
        "The sign-in service gave an answer that cannot be trusted."},
    Row{Text::signed_in, "로그인했습니다", "Signed in"},
    Row{Text::signed_in_lead, "이제 보던 페이지로 돌아갑니다.",
        "Now back to the page you came from."},
    Row{Text::signed_out, "로그아웃했습니다", "Signed out"},
    Row{Text::signed_out_lead, "이제 로그인 서비스에서도 로그아웃합니다.",
        "Now you are signed out at the sign-in service, too."},
    Row{Text::go_on, "계속", "Go on"},
    Row{Text::use_passkey, "패스키로 로그인", "Sign in with a passkey"},
    Row{Text::passkey_refused, "이 패스키로는 로그인할 수 없습니다.",
        "Nobody signs in here with this passkey."},
    Row{Text::password_saved, "새 비밀번호를 저장했습니다. 이제 로그인하세요.",
        "The new password is saved. Sign in with it now."},
    Row{Text::account_made, "계정을 만들었습니다. 이제 로그인하세요.",
        "The account is made. Sign in now."},
    Row{Text::second_step, "한 단계 더", "One more step"},
    Row{Text::second_step_lead, "비밀번호 다음으로 본인임을 한 번 더 확인합니다.",
        "After the password, show once more that it is you."},
    Row{Text::second_code, "인증 코드", "Code"},
    Row{Text::second_code_hint, "인증 앱의 여섯 자리 숫자, 또는 복구 코드 하나.",
        "Six digits from your authenticator app, or one of your recovery codes."},
    Row{Text::wrong_second, "코드가 맞지 않거나 이미 쓴 코드입니다.",
        "The code is wrong, or was used before."},
    Row{Text::start_over, "처음부터 다시", "Start over"},
    Row{Text::enrol, "2단계 인증 설정", "Set up a second step"},
    Row{Text::enrol_lead,
        "관리자는 2단계 인증이 필요합니다. 인증 앱으로 이 그림을 찍고, 앱에 나온 숫자를 적으세요.",
        "Administrators need a second step here. Scan this with an authenticator app, then enter "
        "the digits that it shows."},
    Row{Text::enrol_key, "그림을 찍을 수 없으면 이 키를 앱에 적으세요.",
        "If you cannot scan it, type this key into the app."},
    Row{Text::enrol_code_hint, "앱에 나온 여섯 자리 숫자.", "The six digits that the app shows."},
    Row{Text::recovery, "복구 코드", "Recovery codes"},
    Row{Text::recovery_lead,
        "휴대폰을 잃어버렸을 때 코드 하나로 한 번 로그인할 수 있습니다. 지금만 보이니 안전한 곳에 "
        "적어 두세요.",
        "Each signs you in once, should you lose your phone. They are shown only now: keep them in "
        "a safe place."},
    Row{Text::recovery_kept, "적어 두었습니다", "I have kept them"},
    Row{Text::reset, "새 비밀번호", "A new password"},
    Row{Text::reset_lead, "계정의 새 비밀번호를 정하세요. 다른 곳의 로그인은 모두 끝납니다.",
        "Choose a new password for your account. You will be signed out everywhere else."},
    Row{Text::new_password, "새 비밀번호", "New password"},
    Row{Text::save, "저장", "Save"},
    Row{Text::invitation, "초대를 받았습니다", "You are invited"},
    Row{Text::invitation_lead, "사용자 이름과 비밀번호를 정하면 계정이 만들어집니다.",
        "Choose a username and a password to make your account."},
    Row{Text::full_name, "이름", "Your name"},
    Row{Text::full_name_hint, "집안에서 보일 이름. 비워도 됩니다.",
        "As others at home see it. May be left empty."},
    Row{Text::bad_full_name, "이 이름은 쓸 수 없습니다.", "This name cannot be used."},
    Row{Text::link_over, "쓸 수 없는 링크입니다", "This link does not work"},
    Row{Text::link_over_lead,
        "이미 썼거나 기한이 지났거나 취소된 링크입니다. 관리자에게 새 링크를 받으세요.",
        "It was used, has run out or was taken back. Ask an administrator for a new one."},
    Row{Text::to_sign_in, "로그인으로", "To sign in"},
    Row{Text::switch_language, "English", "한국어"},
};

// Each text has its row at its own place.
constexpr bool complete() {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (static_cast<std::size_t>(rows[i].what) != i) return false;
    return rows.size() == static_cast<std::size_t>(Text::switch_language) + 1;
}
static_assert(complete());

} // namespace

std::string_view text(Text what, Language language) {
    const Row& row = rows[static_cast<std::size_t>(what)];
    return language == Language::ko ? row.ko : row.en;
}

} // namespace caredian::api
