/** Words for coming in, in Japanese. */
import type { SessionWords } from "./sessionWords.en.ts"

export const sessionWordsJa: SessionWords = {
  tagline: "声が届く、静かな部屋。",
  signIn: "サインイン",
  signInTitle: "おかえりなさい",
  register: "アカウントを作成",
  registerTitle: "ようこそ",
  toRegister: "はじめての方はこちら",
  toSignIn: "アカウントをお持ちの方はこちら",
  handle: "ユーザー名",
  handleHint: "2〜32文字。あとから変更できません。",
  displayName: "表示名（任意）",
  displayNameHint: "ほかの人に表示される名前です。いつでも変更できます。",
  password: "パスワード",
  passwordHint: "10文字以上。記号や数字は必須ではありません。",
  invite: "招待コード",
  inviteHint: "招待してくれた人から受け取ったコードです。",
  invited: "招待を受け取りました。ユーザー名とパスワードを決めるだけで始められます。",
  registrationClosed: "現在、新しいアカウントは作成できません。管理者にお問い合わせください。",
  madeAdmin: (name) => `${name}さん、ようこそ。このアカウントは管理者です。`,
  welcome: (name) => `${name}さん、ようこそ。`,
  why: {
    revoked: "この端末は、ほかの端末または管理者によってサインアウトされました。",
    expired: "しばらく使われなかったため、サインアウトしました。",
    bySelf: "サインアウトしました。またいつでもどうぞ。"
  },
  unsentWaits: (count) =>
    `未送信のメッセージが${count}件、このブラウザーに残っています。同じアカウントでサインインすると送信されます。`,
  resetTitle: "新しいパスワード",
  resetText: "管理者から受け取ったリンクです。アカウントの新しいパスワードを決めてください。",
  resetEnds: "サインイン中の端末は、すべてサインアウトされます。",
  resetPassword: "新しいパスワード",
  reset: "パスワードを設定",
  resetNoCode: "リンクが不完全です。リンクを開き直すか、管理者に新しいリンクを依頼してください。",
  resetDone: (handle) => `新しいパスワードを設定しました。ユーザー名は「${handle}」です。`,
  missing: {
    handle: "ユーザー名を入力してください。",
    password: "パスワードを入力してください。",
    invite: "招待コードを入力してください。"
  },
  failed: {
    signIn: "ユーザー名かパスワードが違います。",
    rateLimited: (seconds) => `試行回数が多いため、一時的に制限しています。${seconds}秒後にもう一度お試しください。`,
    unavailable: "サーバーが混み合っています。しばらくしてから、もう一度お試しください。",
    unreachable: "サーバーに接続できません。接続を確認して、もう一度お試しください。",
    badRequest: "入力に使えない文字が含まれています。",
    wrongAddress: "このアドレスでは、このサーバーを利用できません。",
    resetLink:
      "このリンクは使えません。有効期限が切れているか、すでに使われています。管理者に新しいリンクを依頼してください。",
    handleTaken: "このユーザー名はすでに使われています。",
    handle: {
      length: "ユーザー名は2〜32文字にしてください。",
      characters: "文字・数字と . _ - が使えます。先頭は文字か数字にしてください。",
      mixed_scripts: "ユーザー名に、組み合わせて使えない種類の文字が含まれています。",
      look_alike: "ほかの文字と見分けにくい文字が含まれているため、このユーザー名は使えません。",
      reserved: "このユーザー名は使えません。"
    },
    password: {
      too_short: "パスワードは10文字以上にしてください。",
      too_long: "パスワードは128文字までです。",
      characters: "パスワードに使えない文字が含まれています。",
      common: "よく使われていて推測されやすいパスワードです。別のパスワードにしてください。",
      is_handle: "ユーザー名だけで作ったパスワードは使えません。"
    },
    registration: {
      closed: "現在、新しいアカウントは作成できません。",
      invite_required: "アカウントを作成するには招待コードが必要です。",
      invite_invalid:
        "この招待は使えません。有効期限が切れているか、すでに使われています。招待してくれた人に新しい招待を依頼してください。"
    }
  }
}
