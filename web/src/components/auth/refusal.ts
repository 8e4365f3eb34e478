// What Supabase Auth refuses, as people read it. It says as little about who has an account as Auth itself.
export interface AuthRefusal {
  message: string
  hint: string
}
interface AuthError {
  message: string
  status?: number
  code?: string
}

const KNOWN: Record<string, AuthRefusal> = {
  invalid_credentials: { message: 'E-mail or password is not right.', hint: 'Check both, or set a new password.' },
  email_not_confirmed: { message: 'Your e-mail address is not confirmed yet.', hint: 'Open the link in the e-mail that we sent you.' },
  user_already_exists: { message: 'There is an account with this e-mail address already.', hint: 'Log in instead, or set a new password.' },
  email_exists: { message: 'There is an account with this e-mail address already.', hint: 'Log in instead, or set a new password.' },
  weak_password: { message: 'This password is too easy to guess.', hint: 'Choose a longer one, or one of several words.' },
  same_password: { message: 'This is your present password.', hint: 'Choose another one.' },
  over_email_send_rate_limit: { message: 'Several e-mails went out in a short time.', hint: 'Wait a minute, then try again.' },
  over_request_rate_limit: { message: 'That were many attempts in a short time.', hint: 'Wait a minute, then try again.' },
  otp_expired: { message: 'This link has expired or was used before.', hint: 'Ask for a new one.' },
  insufficient_aal: { message: 'This needs the second step of your log-in.', hint: 'Log out, and log in again with the code of your authenticator app.' },
  mfa_challenge_expired: { message: 'This took a little too long.', hint: 'Enter the code that your app shows now.' },
  mfa_verification_failed: { message: 'This code is not right.', hint: 'Enter the code that your app shows now.' },
}

export function refusal(error: AuthError): AuthRefusal {
  const known = KNOWN[error.code ?? ''] ?? (/invalid (login )?credentials/i.test(error.message) ? KNOWN.invalid_credentials : undefined)
  if (known) return known
  if (/not confirmed/i.test(error.message)) return KNOWN.email_not_confirmed!
  if (!error.status) return { message: 'We could not reach the server.', hint: 'Check your connection and try again. What you entered is still here.' }
  if (error.status === 429) return KNOWN.over_request_rate_limit!
  return { message: error.message, hint: 'Please try again, or get in touch with us.' }
}
